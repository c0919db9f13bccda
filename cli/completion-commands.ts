import { Argument, type Command } from "commander";
import type { Shell } from "./completion/shell-scripts";
import { print } from "./io";

/** `ldms completion SHELL`, and what its scripts ask. */
export function addCompletionCommands(program: Command): void {
  program
    .command("completion")
    .description("print a script by which a shell completes verbs, options, stacks and hosts")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      "\nExamples:\n  source <(ldms completion bash)       in ~/.bashrc; zsh has the same\n  ldms completion fish | source        in ~/.config/fish/config.fish",
    )
    .action((shell: Shell) => {
      const { SHELL_SCRIPTS } = require("./completion/shell-scripts") as typeof import("./completion/shell-scripts");
      process.stdout.write(SHELL_SCRIPTS[shell]);
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      const { completeWords } = require("./completion/complete") as typeof import("./completion/complete");
      const { PROJECT_NAMES } = require("./completion/project-names") as typeof import("./completion/project-names");
      for (const word of await completeWords(program, words, PROJECT_NAMES)) print(word);
    });
}
