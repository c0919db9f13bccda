import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { BadInputError } from "../plan/problems/errors";

/**
 * Asks on the terminal, which shows nothing of what is typed; one that nothing is under yet is asked for twice.
 * @throws BadInputError where nothing is given, or the two differ
 */
export async function askPassphrase(isFirst: boolean): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  // To a terminal that reads key by key it is a key.
  terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const lines = terminal[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    process.stderr.write(question);
    const { value, done } = await lines.next();
    process.stderr.write("\n");
    if (done !== true) return value;
    throw BadInputError.of("passphrase", "none was given; nothing was changed", "run it again");
  };
  try {
    const passphrase = await ask("Passphrase of the stack's secrets (or set PULUMI_CONFIG_PASSPHRASE): ");
    if (isFirst && (await ask("The same once more: ")) !== passphrase)
      throw BadInputError.of("passphrase", "the two are not the same; nothing was changed", "run it again");
    return passphrase;
  } finally {
    terminal.close();
  }
}
