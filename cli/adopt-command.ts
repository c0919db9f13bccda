import { type Command, Option } from "commander";
import { QUESTIONS } from "../plan/init/questions";
import { type AdoptOptions, ASKED } from "./adopt-options";
import { stackOption } from "./io";

/** Where nothing is kept yet. */
const ABOUT: Readonly<Record<string, string>> = { knownHosts: "file of the hosts' keys (default: ~/.ssh/known_hosts)" };

const HELP = `
Reads the containers of every host by \`docker inspect\`, and the configuration files that are bound into them. Of each group of daemons what most
containers have becomes the stack file; what others have is named, container by container, in the words of \`docker run\`.
Without --yes nothing is changed anywhere. With it the stack file is written, each host gets a record of what the stack has there
(/var/lib/ldms/STACK@owned, root's), and the state says that everything is deployed. No container is restarted: \`ldms up\` then finds nothing to do,
but for what differs. Where the stack file is there and its state is lost, leave --hosts out: it is found again the same way.

Examples:
  ldms adopt -s cygnus --hosts 'cygnus-[01-07]'           the stack file, and what would be taken over
  ldms adopt -s cygnus --hosts 'cygnus-[01-07]' --yes     takes it over
  ldms adopt -s cygnus --yes                              the state is lost, the stack file is there`;

/** `ldms adopt`: a cluster that was deployed by hand becomes a stack. */
export function addAdoptCommand(program: Command): void {
  const command = program
    .command("adopt")
    .description("make a stack of what was deployed by hand, without restarting anything; by default shows what it would be")
    .addOption(stackOption());
  for (const name of ASKED) command.addOption(new Option(QUESTIONS[name].option, ABOUT[name] ?? QUESTIONS[name].about));
  command
    .option("--passphrase-file <file>", "file of the passphrase, made where it is not there (default: ~/.config/ldms/<name>.passphrase)")
    .addOption(new Option("--engine <name>", "`pulumi` cannot take over").choices(["pulumi", "embedded"]))
    .option("-y, --yes", "take it over")
    .option("--json", "as JSON")
    .addHelpText("after", HELP)
    .action(async (options: AdoptOptions) => {
      const { runAdopt } = require("./adopt-run") as typeof import("./adopt-run");
      process.exitCode = await runAdopt(options);
    });
}
