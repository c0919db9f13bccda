import { Command, CommanderError } from "commander";
import { addAuditCommand } from "./cli/audit-command";
import { addBundleCommands } from "./cli/bundle-commands";
import { addConfigCommands } from "./cli/config-commands";
import { addDeployCommands } from "./cli/deploy-commands";
import { EXIT, EXIT_HELP } from "./cli/exit-codes";
import { addHostCommands } from "./cli/host-commands";
import { addImageCommands } from "./cli/image-commands";
import { addMoveCommand } from "./cli/move-command";
import { addMungeKeyCommands } from "./cli/munge-key-commands";
import { addPlanCommand } from "./cli/plan-command";
import { addPolicyCommand } from "./cli/policy-command";
import { addServiceCommands } from "./cli/service-commands";
import { addStateCommands } from "./cli/state-commands";
import { addTrustCommand } from "./cli/trust-command";
import { BadInputError } from "./plan/problems/errors";
import { showLines } from "./plan/text/text";

const program = new Command("ldms")
  .description("Deploys LDMS on a cluster from one stack file, and shows that data flows")
  .addHelpText(
    "after",
    `
Examples:
  ldms plan -s cygnus            what would be typed by hand
  ldms up -s cygnus              deploy
  ldms verify -s cygnus          does every sampler's data arrive?
  ldms controller -s cygnus cygnus-05 < commands
${EXIT_HELP}`,
  )
  .showHelpAfterError("(ldms --help, or ldms COMMAND --help)")
  .exitOverride();

addPlanCommand(program);
addDeployCommands(program);
addHostCommands(program);
addAuditCommand(program);
addPolicyCommand(program);
addServiceCommands(program);
addImageCommands(program);
addBundleCommands(program);
addStateCommands(program);
addMoveCommand(program);
addMungeKeyCommands(program);
addTrustCommand(program);
addConfigCommands(program);

// A reader that has seen enough, such as `head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
  if (!(error instanceof CommanderError)) process.stderr.write(`${showLines(error instanceof Error ? error.message : String(error))}\n`);
});

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  return error instanceof BadInputError ? EXIT.badInput : EXIT.failed;
}
