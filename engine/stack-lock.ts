import { randomUUID } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file";
import { EngineError, StateWriteError } from "./engine-error";

/** Who holds a stack; the form of Pulumi's own lock files. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

/** Another run holds the stack. Nothing was changed. */
export class LockHeldError extends EngineError {
  override readonly name = "LockHeldError";
  constructor(
    /** Undefined for a lock that cannot be read. */
    readonly holder: LockHolder | undefined,
    readonly path: string,
    options?: ErrorOptions,
  ) {
    const who =
      holder === undefined ? "an unreadable lock" : `${holder.username}@${holder.hostname} (pid ${holder.pid}) since ${holder.timestamp}`;
    super(
      `stack: is locked by ${who}: \`${path}\`\nhelp: wait for that run to end; where it is gone for certain, remove the lock with \`cancel\``,
      options,
    );
  }
}

export interface StackLock {
  /** Locks of dead processes of this machine that were removed on the way. */
  readonly takenOver: readonly LockHolder[];
  release(): Promise<void>;
}

/**
 * Takes the stack's lock, as a file in Pulumi's folder, so that `pulumi` sees it too. Both look again after writing: of two that come at the
 * same moment at most one goes on.
 * @throws LockHeldError, and StateWriteError where no lock can be written
 */
export async function lockStack(folder: string): Promise<StackLock> {
  const path = join(folder, `${randomUUID()}.json`);
  const takenOver = await findOthers(folder, path);
  await writeLock(path).catch((cause: unknown) => {
    throw StateWriteError.of(path, cause);
  });
  try {
    await findOthers(folder, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { takenOver, release: () => rm(path, { force: true }) };
}

/** Removes every lock of a stack, whoever holds it: `cancel`. Returns who held them. */
export async function removeLocks(folder: string): Promise<readonly LockHolder[]> {
  const locks = await listLocks(folder);
  await Promise.all(locks.map(({ path }) => removeLock(path)));
  return locks.flatMap(({ holder }) => (holder === undefined ? [] : [holder]));
}

/** `pulumi` has a file of attributes beside its own. */
async function removeLock(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.attrs`, { force: true });
}

/** Removes stale locks and returns their holders. @throws EngineError when a living one is there. */
async function findOthers(folder: string, ownPath: string): Promise<readonly LockHolder[]> {
  const stale: LockHolder[] = [];
  for (const { path, holder } of await listLocks(folder)) {
    if (path === ownPath) continue;
    if (holder !== undefined && isDead(holder)) {
      await removeLock(path);
      stale.push(holder);
      continue;
    }
    throw new LockHeldError(holder, path);
  }
  return stale;
}

export async function listLocks(folder: string): Promise<readonly { readonly path: string; readonly holder: LockHolder | undefined }[]> {
  const names = await readdir(folder).catch(() => []);
  const paths = names.filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
  const locks = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, "utf8").catch(() => undefined) })));
  return locks.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, holder: parseHolder(text) }]));
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder>;
    const { pid, username, hostname: host, timestamp } = holder;
    return pid === undefined || host === undefined
      ? undefined
      : { pid, username: username ?? "?", hostname: host, timestamp: timestamp ?? "?" };
  } catch {
    return undefined;
  }
}

/** Only a process of this machine can be told dead. */
function isDead(holder: LockHolder): boolean {
  if (holder.hostname !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** The text appears whole or not at all: a reader never meets an empty lock. */
async function writeLock(path: string): Promise<void> {
  const holder: LockHolder = { pid: process.pid, username: ownUserName(), hostname: hostname(), timestamp: new Date().toISOString() };
  await writeFileAtomically(path, JSON.stringify(holder));
}

/** A user id without an entry in the password file has no name. */
function ownUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "?");
  }
}
