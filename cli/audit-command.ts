import type { Command } from "commander";
import { renderAudit, worstSeverity } from "../operations/observe/audit";
import { renderSarif } from "../plan/rules/render-sarif";
import { EXIT, EXIT_BROKEN } from "./exit-codes";
import { abortOnSignal, keeping, noKeepOption, print, printJson, stackOption } from "./io";
import { openSite } from "./stack";

interface AuditOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly keep?: boolean;
}

const HELP = `
Examples:
  ldms audit -s cygnus
  ldms audit -s cygnus --sarif > audit.sarif

Exit codes, the worst that was found:
  0   every container keeps every rule
  10  a rule of severity low is broken; 11: medium, 12: high, 13: critical
  1   nothing is broken on the hosts that answered, but not all did
  2   the command line or the stack file is wrong`;

/** `ldms audit`: the rules, on what runs. */
export function addAuditCommand(program: Command): void {
  program
    .command("audit")
    .description("check what runs on the hosts against the rules, whoever started it; changes nothing")
    .addOption(stackOption())
    .option("--json", "as JSON")
    .option("--sarif", "as SARIF 2.1.0, for code scanning")
    .addOption(noKeepOption())
    .addHelpText("after", HELP)
    .action(runAudit);
}

async function runAudit({ stack, json, sarif, keep }: AuditOptions): Promise<void> {
  const report = await (await openSite(stack)).audit({ signal: abortOnSignal(), ...keeping(keep) });
  if (sarif) printJson(renderSarif(`Pulumi.${stack}.yaml`, report.violations));
  else if (json) printJson(report);
  else print(renderAudit(report));
  const worst = worstSeverity(report.violations);
  process.exitCode = worst ? EXIT_BROKEN[worst] : report.unknown.length ? EXIT.failed : EXIT.done;
}
