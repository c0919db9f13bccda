import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { showControls } from "../plan/text/text";
import { writeFileAtomically } from "./atomic-file";
import { EngineError, StateWriteError } from "./engine-error";
import { type FoundLock, listLocks, removeLock } from "./lock-files";
import { describeSelf, isDead, type LockHolder, whereToLook } from "./lock-holder";

/** What is locked, and where its locks are. */
export interface LockPlace {
  readonly folder: string;
  /** What the names of its locks begin with. */
  readonly prefix: string;
  /** `stack: is locked` */
  readonly claim: string;
  /** How one that nobody holds any more goes away. */
  readonly removal: string;
}

/** Another run holds the stack, or writes the file. Nothing was changed. */
export class LockHeldError extends EngineError {
  override readonly name = "LockHeldError";
  constructor(
    /** Undefined for a lock that does not say. */
    readonly holder: LockHolder | undefined,
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  static of(lock: FoundLock, { claim, removal }: Pick<LockPlace, "claim" | "removal">, options?: ErrorOptions): LockHeldError {
    const { holder, path, problem } = lock;
    const who = holder
      ? `${holder.username}@${holder.hostname} (pid ${holder.pid}) since ${holder.timestamp}`
      : `somebody, whose lock ${problem}`;
    const look = holder ? whereToLook(holder) : "ask whose it is";
    const message = `${claim} by ${who}: \`${showControls(lock.path)}\`\nhelp: ${look}; where it is gone for certain, ${removal}`;
    return new LockHeldError(holder, path, message, options);
  }
}

/** The words for a stack's lock, whoever finds it. */
export const STACK_LOCKED = { claim: "stack: is locked", removal: "remove the lock with `cancel`" };

export interface StackLock {
  /** Locks of dead processes that were removed on the way. */
  readonly takenOver: readonly LockHolder[];
  release(): Promise<void>;
}

/**
 * Takes the stack's lock, as a file in Pulumi's folder, so that `pulumi` sees it too.
 * @throws LockHeldError, and StateWriteError where no lock can be written
 */
export function lockStack(folder: string): Promise<StackLock> {
  return takeLock({ folder, prefix: "", ...STACK_LOCKED }).catch((error: unknown) => {
    throw error instanceof EngineError ? error : StateWriteError.of(folder, error);
  });
}

/** As `pulumi` does: looks, writes and looks again, so that of two that come at the same moment at most one goes on. @throws LockHeldError */
export async function takeLock(place: LockPlace): Promise<StackLock> {
  const path = join(place.folder, `${place.prefix}${randomUUID()}.json`);
  const takenOver = await findOthers(place, path);
  // The text appears whole or not at all: a reader never meets an empty lock.
  await writeFileAtomically(path, JSON.stringify(describeSelf()));
  try {
    await findOthers(place, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { takenOver, release: () => rm(path, { force: true }) };
}

/** Removes every lock of a stack, whoever holds it: `cancel`. Returns what was there. */
export async function removeLocks(folder: string): Promise<readonly FoundLock[]> {
  const locks = await listLocks(folder);
  await Promise.all(locks.map(removeLock));
  return locks;
}

/** Removes stale locks and returns their holders. @throws LockHeldError when another one is there. */
async function findOthers(place: LockPlace, ownPath: string): Promise<readonly LockHolder[]> {
  const stale: LockHolder[] = [];
  for (const lock of await listLocks(place.folder, place.prefix)) {
    if (lock.path === ownPath) continue;
    if (lock.holder === undefined || !isDead(lock.holder)) throw LockHeldError.of(lock, place);
    await removeLock(lock);
    stale.push(lock.holder);
  }
  return stale;
}
