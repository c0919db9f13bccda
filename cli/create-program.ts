import { Command } from "commander";
import { addAdoptCommand } from "./adopt-command";
import { addAuditCommand } from "./audit-command";
import { addBundleCommands } from "./bundle-commands";
import { addColorOption } from "./color-option";
import { addCompletionCommands } from "./completion-commands";
import { addConfigCommands } from "./config-commands";
import { addDeployCommands } from "./deploy-commands";
import { EXIT_HELP } from "./exit-codes";
import { addForgetCommand } from "./forget-command";
import { addHelpCommand } from "./help-command";
import { addHistoryCommands } from "./history-commands";
import { addHostCommands } from "./host-commands";
import { addHostsImportCommand } from "./hosts-import-command";
import { addImageCommands } from "./image-commands";
import { addInitCommand } from "./init-command";
import { addMoveCommand } from "./move-command";
import { addMungeKeyCommands } from "./munge-key-commands";
import { addPlanCommand } from "./plan-command";
import { addPolicyCommand } from "./policy-command";
import { addPortalCommand } from "./portal-command";
import { addSchemaCommand } from "./schema-command";
import { addServiceCommands } from "./service-commands";
import { addStateCommands } from "./state-commands";
import { addTalkCommands } from "./talk-commands";
import { addTopologyCommand } from "./topology-command";
import { addTrustCommand } from "./trust-command";
import { addUpgradeCommand } from "./upgrade-command";
import { readVersion } from "./version";

/** `ldms` with all its verbs. */
export function createProgram(): Command {
  const program = new Command("ldms")
    .description("Deploys LDMS on a cluster from one stack file, and shows that data flows")
    .addHelpText(
      "after",
      `
Examples:
  ldms init                      begin a stack of your own
  ldms plan -s cygnus            what would be typed by hand
  ldms up -s cygnus              deploy
  ldms verify -s cygnus          does every sampler's data arrive?
  ldms controller -s cygnus cygnus-05 < commands
${EXIT_HELP}`,
    )
    .showHelpAfterError("(ldms --help, or ldms COMMAND --help)")
    .version(`ldms ${readVersion()}`, "--version", "print the version")
    .exitOverride();
  addColorOption(program);

  addInitCommand(program);
  addAdoptCommand(program);
  addPlanCommand(program);
  addTopologyCommand(program);
  addDeployCommands(program);
  addHistoryCommands(program);
  addUpgradeCommand(program);
  addHostCommands(program);
  addAuditCommand(program);
  addPolicyCommand(program);
  addServiceCommands(program);
  addPortalCommand(program);
  addTalkCommands(program);
  addImageCommands(program);
  addBundleCommands(program);
  addStateCommands(program);
  addMoveCommand(program);
  addForgetCommand(program);
  addMungeKeyCommands(program);
  const hosts = program.command("hosts").description("the machines of a site, and their keys");
  addTrustCommand(hosts);
  addHostsImportCommand(hosts);
  addConfigCommands(program);
  addSchemaCommand(program);
  addCompletionCommands(program);
  addHelpCommand(program);
  return program;
}
