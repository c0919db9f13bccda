import { type Command, Option } from "commander";
import { QUESTION_NAMES, QUESTIONS } from "../plan/init/questions";
import type { InitOptions } from "./init-options";

const HELP = `
On a terminal it asks for what is not given; Enter takes what is shown in brackets. Elsewhere the options say everything, and one error lists what is missing.
No file is ever overwritten, and nothing is written before everything is right. A munge key, or a word for ovis, is made here and encrypted in the stack file.

Examples:
  ldms init                                                   asks
  ldms init -s mycluster --hosts 'cygnus-[01-08]' --yes         the proposals for all else
  ldms init -s mycluster --hosts 'n[0001-2000],s[1-3]' --aggregators 's[1-2]' --store-on s3 --store csv --registry reg.site:5000 --no-pin --yes
  ldms init -s mycluster --from ldms_cfg.yaml                 what maestro is told already
  ldms init -s mycluster --from samp.conf agg1.conf           the same of ldmsds' own files`;

/** `ldms init`: from nothing to a stack file that plans. */
export function addInitCommand(program: Command): void {
  const command = program
    .command("init")
    .description("begin a stack: writes Pulumi.<name>.yaml, makes the passphrase of its secrets, keeps the hosts' ssh keys");
  for (const name of QUESTION_NAMES) command.addOption(new Option(QUESTIONS[name].option, QUESTIONS[name].about));
  command
    .option("--from <file...>", "an ldms_cfg.yaml of maestro's, or .conf files of ldmsds: the stack file of what runs already")
    .option("--passphrase-file <file>", "file of the passphrase, made where it is not there (default: ~/.config/ldms/<name>.passphrase)")
    .option("--no-pin", "do not ask the hosts for their ssh keys; `ldms hosts trust` does it later")
    .option("-y, --yes", "do not ask: take what is proposed, and the keys that the hosts give")
    .addHelpText("after", HELP)
    .action(async (options: InitOptions) => {
      process.exitCode = await (options.from ? loadFrom().runInitFrom(options) : loadRun().runInit(options));
    });
}

function loadRun() {
  return require("./init-run") as typeof import("./init-run");
}

function loadFrom() {
  return require("./init-from") as typeof import("./init-from");
}
