import type { Command } from "commander";
import type { Site } from "../automation/site";
import { isWhole, type TrustedKeys } from "../automation/verbs/trusted-keys";
import { renderScan, type ScannedHost } from "../operations/reach/host-keys";
import { foldHosts } from "../plan/hostlist/fold";
import { confirm } from "./confirm";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, stackOption } from "./io";
import { openSite } from "./stack";

interface TrustOptions {
  readonly stack: string;
  readonly yes?: boolean | undefined;
  readonly replace?: string;
}

export function addTrustCommand(hosts: Command): void {
  hosts
    .command("trust")
    .description(
      "ask every host for its ssh key, show the fingerprints, and keep them in the stack's known_hosts: no other key is taken then",
    )
    .addOption(stackOption())
    .option("-y, --yes", "do not ask")
    .option("--replace <hostlist>", "ask these hosts alone, and accept their changed keys; half of the stack's hosts at the most")
    .addHelpText(
      "after",
      `
The file is the stack's \`ssh.knownHosts\`; a stack without one gets \`known_hosts.STACK\` beside the stack file. Hosts behind a login node are asked from there.
The first look trusts the network: compare some of the fingerprints with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on a host's console.

Examples:
  ldms hosts trust -s cygnus
  ldms hosts trust -s cygnus --replace cygnus-03     it was installed anew`,
    )
    .action(async (options: TrustOptions) => {
      process.exitCode = await runTrust(options);
    });
}

/** @returns the exit code */
async function runTrust({ stack, ...options }: TrustOptions): Promise<number> {
  return (await trustOnTerminal(await openSite(stack), options)) ? EXIT.done : EXIT.failed;
}

/** Shows the fingerprints and asks. @returns whether the keys of all hosts are kept */
export async function trustOnTerminal(site: Site, { yes, replace }: Omit<TrustOptions, "stack">): Promise<boolean> {
  const trusted = await site.hosts.trust({
    ...(replace !== undefined && { replace }),
    onScan: (scanned) => renderScan(scanned).forEach(print),
    confirm: (wanted) => confirm(askTrust(wanted), yes === true),
    onTrusted: (one) => print(renderTrusted(one)),
    signal: abortOnSignal(),
  });
  return isWhole(trusted);
}

function askTrust(wanted: readonly ScannedHost[]): string {
  const changed = wanted.filter(({ state }) => state === "changed").map(({ target }) => target.host);
  if (changed.length > 0) return `Replace the known ${changed.length === 1 ? "key" : "keys"} of ${foldHosts(changed)}?`;
  return `Trust ${wanted.length === 1 ? "this key" : "these keys"}?`;
}

function renderTrusted({ file, hosts }: TrustedKeys): string {
  return `${file}: has the keys of ${hosts.length > 0 ? foldHosts([...hosts]) : "no host"}`;
}
