import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { BadInputError } from "../plan/problems/errors";
import { createFileAtomically } from "./atomic-file";
import { userFolder } from "./user-folder";

const PASSPHRASE_BYTES = 24;
const OF_OTHERS = 0o077;

/** Where `ldms init` keeps the passphrase of a stack: outside of any project, below XDG_CONFIG_HOME or `~/.config`. */
export function passphraseFileOf(stack: string, environment: Readonly<Record<string, string | undefined>>): string {
  return join(userFolder(environment["XDG_CONFIG_HOME"], ".config"), "ldms", `${stack}.passphrase`);
}

/**
 * The passphrase in a file; undefined where there is no such file.
 * @throws BadInputError for a file that cannot be a passphrase's: empty, or open to others
 */
export async function readPassphraseFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & OF_OTHERS) !== 0) {
      const problem = `holds a passphrase, and others may read it: mode 0${(mode & 0o777).toString(8)}`;
      throw BadInputError.of(path, problem, `chmod 600 ${path}`);
    }
    const text = (await readFile(path, "utf8")).trim();
    if (text === "") throw BadInputError.of(path, "is to hold a passphrase, and is empty", "write one there, or remove the file");
    return text;
  } catch (cause) {
    if (cause instanceof BadInputError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw BadInputError.of(path, `cannot be read (${code})`, "name the file with the stack's passphrase", { cause });
  }
}

/** A random passphrase in a new file, 0600. */
export async function makePassphraseFile(path: string): Promise<string> {
  const passphrase = randomBytes(PASSPHRASE_BYTES).toString("base64url");
  await createFileAtomically(path, `${passphrase}\n`);
  return passphrase;
}
