import { readFileSync, statSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { InvalidArgumentError, Option } from "commander";
import { BadInputError } from "../plan/problems/errors";
import { decodeText } from "../plan/text/text";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function stackOption(): Option {
  return new Option("-s, --stack <name>", "the stack, as in Pulumi.<name>.yaml").makeOptionMandatory();
}

/** Of the verbs that ask all hosts. */
export function noKeepOption(): Option {
  return new Option("--no-keep", "end the ssh connections when it is done, those that earlier verbs have kept among them");
}

/** commander says true where nobody said anything; then it is for the environment to say. */
export function keeping(keep: boolean | undefined): { readonly keep?: false } {
  return keep === false ? { keep } : {};
}

/** Parses an option's seconds. @throws InvalidArgumentError, which commander prints with the option's name. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError(`must be a number of seconds, 0 or more`);
  return value;
}

const MOST_SECONDS = 86_400;

/** The same for whole ones, 1 or more. @throws InvalidArgumentError */
export function wholeSeconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_SECONDS)
    throw new InvalidArgumentError(`must be whole seconds, 1 to ${MOST_SECONDS}`);
  return value;
}

/** The text of a file, or of standard input. @throws BadInputError */
export async function readInput(file: string | undefined): Promise<string> {
  const where = file ?? "standard input";
  let bytes: Buffer;
  try {
    // What Node.js has looked at once does not wait for who writes late: it is read as a stream.
    bytes = file === undefined ? await buffer(process.stdin) : readFileSync(file);
  } catch (cause) {
    throw BadInputError.of(where, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, "name a file that you may read", { cause });
  }
  const text = decodeText(bytes);
  if (text === undefined) throw BadInputError.of(where, "is not UTF-8 text", "a munge key goes in as base64: `base64 < FILE`");
  return text;
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** The same for folders. @throws InvalidArgumentError for one that is not there */
export function collectFolder(path: string, before: readonly string[]): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new InvalidArgumentError("must be a folder that is there");
  return [...before, path];
}

/** Aborts at the first Ctrl-C or SIGTERM, so that work ends cleanly; the second one ends the process. */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** Parses an option's TCP port. @throws InvalidArgumentError */
export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError("must be a port, 1 to 65535");
  return value;
}
