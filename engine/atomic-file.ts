import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes beside, flushes to the disk, renames: a reader and a crash see the old text or the new one, never half of it. A file that exists keeps
 * its mode; a new one is its owner's alone. Callers see to it that two do not write the same file at once; what a killed one left is overwritten.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.tmp`;
  const mode = await stat(path).then(
    (old) => old.mode & 0o777,
    () => 0o600,
  );
  try {
    const file = await open(beside, "w", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
