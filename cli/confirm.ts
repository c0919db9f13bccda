import { createInterface } from "node:readline/promises";
import { BadInputError } from "../plan/problems/errors";

/** Asks on the terminal. @throws BadInputError where there is none and `isYes` does not answer for it */
export async function confirm(question: string, isYes: boolean): Promise<boolean> {
  if (isYes) return true;
  if (!process.stdin.isTTY) throw BadInputError.of("ldms", "there is no terminal to ask on", "--yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
