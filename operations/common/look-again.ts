import { setTimeout as sleep } from "node:timers/promises";

export interface LookAgainArgs<T> {
  /** From one look to the next. */
  readonly watchSeconds: number;
  readonly onLook?: ((look: T) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Looks again and again, until the signal comes. @returns the last look */
export async function lookAgain<T>(look: () => Promise<T>, { watchSeconds, onLook, signal }: LookAgainArgs<T>): Promise<T> {
  for (;;) {
    const seen = await look();
    onLook?.(seen);
    try {
      await sleep(watchSeconds * 1000, undefined, { ...(signal && { signal }) });
    } catch (error) {
      if (signal?.aborted) return seen;
      throw error;
    }
  }
}
