import { constants } from "node:fs";
import { lstat, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "./engine-error";
import { type LockHolder, parseHolder } from "./lock-holder";

/** A lock's text is some hundred bytes. */
const MAX_BYTES = 4096;
/** Neither a link nor a pipe is a lock, and neither may lead elsewhere or hold anybody up. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A lock that is there. */
export interface FoundLock {
  readonly path: string;
  /** Undefined where it does not say. */
  readonly holder: LockHolder | undefined;
  /** Why there is no holder: `cannot be read (EACCES, of user id 1001)`. */
  readonly problem?: string;
}

/** @param prefix what the names of the locks begin with. @throws EngineError for a folder that cannot be looked into */
export async function listLocks(folder: string, prefix = ""): Promise<readonly FoundLock[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new EngineError(`locks: cannot be listed: \`${folder}\` (${cause.code})\nhelp: let it be a folder that you can read`, { cause });
  });
  const paths = names.filter((name) => name.startsWith(prefix) && name.endsWith(".json")).map((name) => join(folder, name));
  const locks = await Promise.all(paths.map(readLock));
  return locks.flatMap((lock) => lock ?? []);
}

/** Undefined for one that is gone; one that cannot be read is a lock all the same. */
async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const holder = parseHolder(await readHead(path));
    return holder ? { path, holder } : { path, holder, problem: "does not say whose it is" };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    const owner = await lstat(path).catch(() => undefined);
    return { path, holder: undefined, problem: `cannot be read (${code}${owner ? `, of user id ${owner.uid}` : ""})` };
  }
}

async function readHead(path: string): Promise<string> {
  const file = await open(path, READ_FLAGS);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES));
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** `pulumi` has a file of attributes beside its own; what somebody else lays there may be a folder. */
export async function removeLock({ path }: FoundLock): Promise<void> {
  for (const part of [path, `${path}.attrs`]) await rm(part, { recursive: true, force: true });
}
