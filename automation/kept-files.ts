import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { markOf } from "../operations/seen-files";
import { BadInputError } from "../plan/problems/errors";
import { mayHoldSecret } from "../plan/text/secret-words";
import { openStack, type StackLocation } from "../stack/open-stack";
import type { KeptFile } from "../stack/run-records";
import { openSecretBox } from "../stack/secrets";

export function readStackText({ projectFolder, stack }: StackLocation): Promise<string> {
  return readFile(join(projectFolder, `Pulumi.${stack}.yaml`), "utf8");
}

/** Side files for the record of a run: one that may have a password in it is encrypted, or of it there is only what tells it apart. */
export async function keepFiles(location: StackLocation, texts: Readonly<Record<string, string>>): Promise<readonly KeptFile[]> {
  const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  const box = entries.some(([, text]) => mayHoldSecret(text)) ? await openBox(location) : undefined;
  return entries.map(([path, text]) => {
    const file = { path, sha256: markOf(text) };
    if (!mayHoldSecret(text)) return { ...file, text };
    return box ? { ...file, secret: { salt: box.saltState, ciphertext: box.encrypt(text) } } : file;
  });
}

async function openBox(location: StackLocation) {
  const { file, secrets } = await openStack(location);
  return file.isUnderPassphrase ? secrets.openOrCreate(file.saltState) : undefined;
}

/** @throws BadInputError for one that was not kept, PassphraseError */
export async function openKeptFile({ passphrase, stack }: StackLocation, run: number, file: KeptFile): Promise<string> {
  const { path, text, secret } = file;
  if (text !== undefined) return text;
  if (secret !== undefined && passphrase !== undefined) return (await openSecretBox(passphrase, secret.salt)).decrypt(secret.ciphertext);
  const help = "bring the file back from where the site keeps it, and deploy with `ldms up`";
  const why =
    secret === undefined ? "it may have a password in it, and the stack had no passphrase" : "it is encrypted, and there is no passphrase";
  throw BadInputError.of(`run ${run} of ${stack}`, `\`${path}\` was not kept: ${why}`, help);
}
