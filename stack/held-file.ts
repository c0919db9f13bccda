import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeLeftovers } from "./atomic-file";
import { EngineError } from "./engine-error";
import { type FoundLock, listLocks } from "./lock-files";
import { LockHeldError, type LockPlace, type StackLock, takeLock } from "./stack-lock";

/** Longer than several that set one value each; a rotation of keys takes minutes, and is told instead. */
const WAIT_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Runs `use` while nobody else who asks so writes the file: what it reads is what it writes over. Not to be used inside itself.
 * @throws LockHeldError where another one goes on writing it
 */
export async function holdFile<T>(path: string, use: () => Promise<T>): Promise<T> {
  const lock = await takeInTurn(placeOf(path)).catch((cause: NodeJS.ErrnoException) => {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(`${path}: cannot be written: ${cause.code}\nhelp: make room in its folder, or let it be written to`, { cause });
  });
  try {
    await removeLeftovers(path);
    return await use();
  } finally {
    await lock.release();
  }
}

/** Of who writes the file now, or was killed while it did. */
export function listFileLocks(path: string): Promise<readonly FoundLock[]> {
  const { folder, prefix } = placeOf(path);
  return listLocks(folder, prefix);
}

function placeOf(path: string): LockPlace {
  const name = basename(path);
  return { folder: dirname(path), prefix: `.${name}.lock-`, claim: `${name}: is being changed`, removal: "remove that file" };
}

async function takeInTurn(place: LockPlace): Promise<StackLock> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return await takeLock(place);
    } catch (error) {
      if (!(error instanceof LockHeldError) || Date.now() > deadline) throw error;
      // By chance, or two that have met would meet again.
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  }
}
