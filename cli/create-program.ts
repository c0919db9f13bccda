import { Command } from "commander";
import { addColorOption } from "./color-option";
import { addCompletionCommands } from "./completion-commands";
import { EXIT_HELP } from "./exit-codes";
import { addHelpCommand } from "./help-command";
import { readVersion } from "./version";

/** The verbs, in the order of the help, with what adds them: a file is loaded where one of its verbs is wanted. */
const VERBS: readonly (readonly [names: readonly string[], load: () => (program: Command) => void])[] = [
  [["init"], () => (require("./init-command") as typeof import("./init-command")).addInitCommand],
  [["adopt"], () => (require("./adopt-command") as typeof import("./adopt-command")).addAdoptCommand],
  [["plan"], () => (require("./plan-command") as typeof import("./plan-command")).addPlanCommand],
  [["topology"], () => (require("./topology-command") as typeof import("./topology-command")).addTopologyCommand],
  [["preview", "up", "refresh", "destroy"], () => (require("./deploy-commands") as typeof import("./deploy-commands")).addDeployCommands],
  [["history", "rollback"], () => (require("./history-commands") as typeof import("./history-commands")).addHistoryCommands],
  [["upgrade"], () => (require("./upgrade-command") as typeof import("./upgrade-command")).addUpgradeCommand],
  [["preflight", "status", "drift", "verify"], () => (require("./host-commands") as typeof import("./host-commands")).addHostCommands],
  [["audit"], () => (require("./audit-command") as typeof import("./audit-command")).addAuditCommand],
  [["policy"], () => (require("./policy-command") as typeof import("./policy-command")).addPolicyCommand],
  [["controller", "tunnel"], () => (require("./service-commands") as typeof import("./service-commands")).addServiceCommands],
  [["portal"], () => (require("./portal-command") as typeof import("./portal-command")).addPortalCommand],
  [["exec", "logs"], () => (require("./talk-commands") as typeof import("./talk-commands")).addTalkCommands],
  [["images"], () => (require("./image-commands") as typeof import("./image-commands")).addImageCommands],
  [["bundle"], () => (require("./bundle-commands") as typeof import("./bundle-commands")).addBundleCommands],
  [["outputs", "export", "import", "cancel"], () => (require("./state-commands") as typeof import("./state-commands")).addStateCommands],
  [["move"], () => (require("./move-command") as typeof import("./move-command")).addMoveCommand],
  [["forget"], () => (require("./forget-command") as typeof import("./forget-command")).addForgetCommand],
  [["munge-key"], () => (require("./munge-key-commands") as typeof import("./munge-key-commands")).addMungeKeyCommands],
  [["hosts"], () => (require("./hosts-commands") as typeof import("./hosts-commands")).addHostsCommands],
  [["config"], () => (require("./config-commands") as typeof import("./config-commands")).addConfigCommands],
  [["schema"], () => (require("./schema-command") as typeof import("./schema-command")).addSchemaCommand],
];

/** `ldms` with all its verbs; or, where the first of the words is one, with that alone. @param words of a command line: `["up", "-s", "cygnus"]` */
export function createProgram(words: readonly string[] = []): Command {
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

  const [verb = ""] = words;
  const wanted = VERBS.filter(([names]) => names.includes(verb));
  for (const [, load] of wanted.length > 0 ? wanted : VERBS) load()(program);
  addCompletionCommands(program);
  addHelpCommand(program);
  return program;
}
