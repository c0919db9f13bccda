import { copyFile, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes beside, flushes to the disk, renames: a reader and a crash see the old text or the new one, never half of it. A file that exists keeps
 * its mode; a new one is its owner's alone. Callers see to it that two do not write the same file at once; what a killed one left is overwritten.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
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

/** Copies beside and renames. */
export async function copyAtomically(from: string, to: string): Promise<void> {
  const beside = `${to}.tmp`;
  try {
    await copyFile(from, beside);
    await rename(beside, to);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** As `recursive` does, which says ENOENT where the disk is read-only. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || path === dirname(path)) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}
