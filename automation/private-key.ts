import { readFileSync, statSync } from "node:fs";

/** Of every form that ssh reads: OpenSSH's own, PKCS 1 and 8. */
const PRIVATE_KEY = /^-----BEGIN [A-Z ]*PRIVATE KEY-----$/m;
/** The longest is some kB. */
const MAX_BYTES = 1 << 20;

/** Why ssh would have no private key of a file: "cannot be read: `/nowhere/id` (ENOENT)"; undefined where it would. */
export function findPrivateKeyProblem(path: string): string | undefined {
  try {
    const found = statSync(path);
    // A device would be read for ever.
    const isKey = found.isFile() && found.size <= MAX_BYTES && PRIVATE_KEY.test(readFileSync(path, "latin1"));
    return isKey ? undefined : `is no private key: \`${path}\``;
  } catch (error) {
    return `cannot be read: \`${path}\` (${(error as NodeJS.ErrnoException).code})`;
  }
}
