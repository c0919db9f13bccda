import type { Command } from "commander";
import type { ForgottenHost } from "../automation/verbs/forget-hosts";
import { foldByText } from "../operations/reach/fold-by-text";
import { foldHosts } from "../plan/hostlist/fold";
import { countOf, showControls } from "../plan/text/text";
import { confirm } from "./confirm";
import { EXIT } from "./exit-codes";
import { print, printJson, stackOption } from "./io";
import { openSite } from "./stack";

interface ForgetOptions {
  readonly stack: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addForgetCommand(program: Command): void {
  program
    .command("forget <hostlist>")
    .description("take hosts that never come back out of what the stack knows; contacts none of them")
    .addOption(stackOption())
    .option("-y, --yes", "do not ask")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      `
First take them out of the stack file. What they had leaves the state, and the next \`ldms up\` does not try to clean them.
Nothing on them is changed: should one come back, what runs there runs on. A host that answers is not for this: \`ldms up\` cleans it.

Examples:
  ldms forget cygnus-03 -s cygnus
  ldms forget 'cygnus-[03,09-12]' -s cygnus --yes`,
    )
    .action(runForget);
}

async function runForget(hosts: string, { stack, yes = false, json = false }: ForgetOptions): Promise<void> {
  const report = await (await openSite(stack)).forget({
    hosts,
    confirm: (found) => {
      if (!json) print(renderKnown(found));
      return confirm(`Forget ${foldHosts(found.map(({ host }) => host))}?`, yes);
    },
  });
  if (report.unkept !== undefined) process.stderr.write(`history: this cannot be kept: ${showControls(report.unkept)}\n`);
  if (json) printJson(report);
  else if (!report.isDeclined) print(`${foldHosts(report.hosts.map(({ host }) => host))}: forgotten; next: ldms up -s ${stack}`);
  if (report.isDeclined) process.exitCode = EXIT.failed;
}

/** `cygnus-03: 5 resources leave the state`; hosts of which the same is known are one line. */
export function renderKnown(hosts: readonly ForgottenHost[]): string {
  const told = hosts.map(({ host, resources, heads }) => ({
    host,
    text: [
      ...(resources.length > 0
        ? [`${countOf(resources.length, "resource")} ${resources.length === 1 ? "leaves" : "leave"} the state`]
        : []),
      ...(heads.length > 0 ? [`${heads.join(", ")} no longer tries to clean it`] : []),
    ].join(", "),
  }));
  return [...foldByText(told), "Nothing on them is changed: should one come back, what runs there runs on."].join("\n");
}
