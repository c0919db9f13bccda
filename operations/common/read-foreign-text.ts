import { readFileSync, statSync } from "node:fs";
import { BadInputError } from "../../plan/problems/errors";
import { showBriefly } from "../../plan/text/text";

/** Far above any file of settings that people write. */
const MAX_BYTES = 1 << 20;

/** A text that somebody else has written. A pipe is not waited for. @throws BadInputError */
export function readForeignText(path: string, help: string): string {
  const refuse = (problem: string, options?: ErrorOptions) => BadInputError.of(showBriefly(path), problem, help, options);
  let text: string;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw refuse("is no file");
    if (stat.size > MAX_BYTES) throw refuse(`has ${stat.size} bytes, more than ${MAX_BYTES}`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
  const line = text.split("\n").findIndex((one) => /[^\P{Cc}\t\r]|[\ufffd\u2028\u2029]/u.test(one));
  if (line >= 0) throw refuse(`has control characters, or none of UTF-8, in line ${line + 1}`);
  return text;
}
