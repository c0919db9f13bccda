import { readFileSync } from "node:fs";
import { BadInputError } from "../plan/problems/errors";

/** PULUMI_CONFIG_PASSPHRASE, else the content of the file that PULUMI_CONFIG_PASSPHRASE_FILE names. @throws BadInputError where it cannot be read */
export function readPassphrase(): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: inline, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (inline !== undefined) return inline;
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw BadInputError.of(
      "PULUMI_CONFIG_PASSPHRASE_FILE",
      `cannot be read: \`${file}\` (${code})`,
      "name the file with the stack's passphrase",
      { cause },
    );
  }
}
