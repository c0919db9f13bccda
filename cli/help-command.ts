import { type Command, CommanderError } from "commander";

/** `ldms help images lock` for what commander takes as `ldms images help lock` alone. */
export function addHelpCommand(program: Command): void {
  program.helpCommand(false);
  program
    .command("help")
    .description("what a verb does, its options and an example")
    .argument("[verb...]")
    .addHelpText("after", "\nExample:\n  ldms help images lock")
    .action((verb: readonly string[]) => findCommand(program, verb).help());
}

function findCommand(program: Command, path: readonly string[]): Command {
  let command = program;
  for (const name of path) {
    const found = command.commands.find((one) => one.name() === name);
    if (found === undefined) {
      process.stderr.write(`error: there is no such verb: \`ldms ${path.join(" ")}\`\n(ldms --help lists them)\n`);
      throw new CommanderError(1, "ldms.unknownVerb", "unknown verb");
    }
    command = found;
  }
  return command;
}
