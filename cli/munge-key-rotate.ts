import type { RotatedKey } from "../automation/verbs/rotate-munge-key";
import { foldHosts } from "../plan/hostlist/fold";
import { confirm } from "./confirm";
import { EXIT } from "./exit-codes";
import { print } from "./io";
import { deploy } from "./show-run";
import { openSite } from "./stack";

export interface RotateOptions {
  readonly stack: string;
  readonly engine?: "pulumi" | "embedded";
  readonly yes?: boolean;
}

/** @returns the exit code. @throws Error where nothing was changed */
export async function runRotate({ stack, engine, yes }: RotateOptions): Promise<number> {
  const site = await openSite(stack);
  const { outcome, windowSeconds, deadHosts } = await site.mungeKey.rotate({
    confirm: () => confirm(`Give every munged of ${stack} a new key?`, yes === true),
    say: print,
    up: async ({ targets = [], message = "" }) => {
      const run = { stack, yes: true, message, target: targets, exclude: [], policyPack: [], ...(engine && { engine }) };
      const code = await deploy("up", run);
      return code !== EXIT.failed;
    },
  });
  if (outcome === "declined") return EXIT.failed;
  if (windowSeconds !== undefined)
    print(`window: ${windowSeconds.toFixed(1)} s, in which new connections between different keys were refused; existing ones went on`);
  print(renderOutcome(outcome, stack));
  if (deadHosts.length > 0)
    process.stderr.write(`left out, dead: ${foldHosts([...deadHosts])}; the next \`ldms up\` brings the key there\n`);
  return outcome !== "done" ? EXIT.failed : deadHosts.length > 0 ? EXIT.hostsSkipped : EXIT.done;
}

function renderOutcome(outcome: Exclude<RotatedKey["outcome"], "declined">, stack: string): string {
  switch (outcome) {
    case "done":
      return `${stack}: every munged has the new key; Pulumi.${stack}.yaml holds it, encrypted`;
    case "back":
      return `${stack}: nothing was rotated: every munged has the old key again`;
    case "open":
      return `${stack}: some munged have another key than the others\nhelp: ldms munge-key rotate -s ${stack}, which goes on, when the hosts above are well; a container without munged: docker restart`;
    default:
      return outcome satisfies never;
  }
}
