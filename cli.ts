import { CommanderError } from "commander";
import { EXIT } from "./cli/exit-codes";
import { createProgram } from "./cli/program";
import { BadInputError } from "./plan/problems/errors";
import { showLines } from "./plan/text/text";

// A reader that has seen enough, such as `head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
    if (!(error instanceof CommanderError)) process.stderr.write(`${showLines(error instanceof Error ? error.message : String(error))}\n`);
  });

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  return error instanceof BadInputError ? EXIT.badInput : EXIT.failed;
}
