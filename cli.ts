import "./cli/keep-compiled";
import "./cli/early";
import { CommanderError } from "commander";
import { askPassphrase } from "./cli/ask-passphrase";
import { createProgram } from "./cli/create-program";
import { exitCodeOf } from "./cli/exit-code-of";
import { showLines } from "./plan/text/text";
import { PassphraseError } from "./stack/engine-error";

// A reader that has seen enough, such as `head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

run().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
  if (!(error instanceof CommanderError)) process.stderr.write(`${showLines(error instanceof Error ? error.message : String(error))}\n`);
});

/** Whoever sits at a terminal is asked for a passphrase that is missing, once; nothing was done before. */
async function run(): Promise<void> {
  const words = process.argv.slice(2);
  try {
    await createProgram(words).parseAsync();
  } catch (error) {
    const isAsked = error instanceof PassphraseError && error.kind === "missing" && process.stdin.isTTY === true;
    if (!isAsked) throw error;
    // As if it had been given: `pulumi` and the program take it from there, and nothing else that is started gets it.
    process.env["PULUMI_CONFIG_PASSPHRASE"] = await askPassphrase(error.isFirst);
    await createProgram(words).parseAsync();
  }
}
