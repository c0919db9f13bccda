import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes beside, flushes to the disk, renames: a reader and a crash see the old text or the new one, never half of it. A file that exists keeps
 * its mode; a new one is its owner's alone. The name beside is one that nobody can lay a link under, in a folder of several people.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const mode = await lstat(path).then(
    (old) => (old.isFile() ? old.mode & 0o777 : 0o600),
    () => 0o600,
  );
  await putInPlace(path, (beside) => writeNew(beside, text, mode), rename);
}

/** The same for a file that is not there yet, its owner's alone. @throws Error with the code EEXIST where somebody else was first; theirs stays */
export async function createFileAtomically(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await putInPlace(
    path,
    (beside) => writeNew(beside, text, 0o600),
    // A rename would take the place of what is there.
    async (beside) => {
      await link(beside, path);
      await rm(beside);
    },
  );
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Copies beside and renames. */
export async function copyAtomically(from: string, to: string): Promise<void> {
  await putInPlace(to, (beside) => copyFile(from, beside, constants.COPYFILE_EXCL), rename);
}

async function putInPlace(
  path: string,
  write: (beside: string) => Promise<void>,
  move: (beside: string, path: string) => Promise<void>,
): Promise<void> {
  const beside = `${path}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    await write(beside);
    await move(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Removes what killed writers of a file have left beside it. Only for who knows that nobody writes it now. */
export async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  const isLeft = (name: string) =>
    name.startsWith(`${basename(path)}.`) && /^[0-9a-f]{16}\.tmp$/.test(name.slice(basename(path).length + 1));
  await Promise.all(names.filter(isLeft).map((name) => rm(join(dirname(path), name), { force: true })));
}

/** As `recursive` does, which says ENOENT where the disk is read-only. */
async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path === dirname(path)) throw error;
    await makeFolder(dirname(path));
    // Not once more from the beginning: below a link to nothing there is no folder, however often its parent is made.
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}
