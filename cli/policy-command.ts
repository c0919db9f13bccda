import type { Command } from "commander";
import { stackOption } from "./io";
import type { PolicyOptions } from "./policy-run";

const HELP = `
Writes policy.txt, policy.json, policy.sarif and policy.xml (JUnit) to --out.

Examples:
  ldms policy -s cygnus
  ldms policy -s cygnus --waived
  npm run policy -- -s cygnus --out reports

Exit codes:
  0   no mandatory rule is broken; what advises only is in the reports
  10  a mandatory rule of severity low is broken; 11: medium, 12: high, 13: critical
  1   the preview failed for another reason
  2   the command line or the stack file is wrong`;

/** `ldms policy`: what CI runs on every change. */
export function addPolicyCommand(program: Command): void {
  program
    .command("policy")
    .description("preview with the policy pack and write reports for CI; contacts no host, reads no state, needs no `pulumi`")
    .addOption(stackOption())
    .option("--out <folder>", "where the reports go; .ldms/policy/STACK by default")
    .option("--waived", "print what is waived too, with the reason of each")
    .option("--policy-pack-config <file>", "JSON: enforcement levels and settings by rule")
    .addHelpText("after", HELP)
    .action(async (options: PolicyOptions) => {
      // The engine takes half a second to load; see deploy-commands.ts.
      const { runPolicy } = require("./policy-run") as typeof import("./policy-run");
      await runPolicy(options);
    });
}
