import { setTimeout as sleep } from "node:timers/promises";
import { nowSeconds, storedRows } from "../lab/lab-facts";

/** Longest time between two rows of each component since that moment, seconds; to now where none came any more. */
export async function longestGaps(sinceSeconds: number, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await storedRows(sinceSeconds);
  const now = nowSeconds();
  return new Map(
    ids.map((id) => {
      const times = rows.filter(({ componentId }) => componentId === id).map(({ timestamp }) => timestamp);
      const moments = [sinceSeconds, ...times.sort((a, b) => a - b), now];
      return [id, Math.max(...moments.slice(1).map((moment, i) => moment - moments[i]!))];
    }),
  );
}

/** Waits until each component has a row that was sampled after that moment. @returns seconds waited @throws Error that names the missing, when time is up */
export async function waitForRowsSince(sinceSeconds: number, ids: readonly number[], timeoutSeconds: number): Promise<number> {
  const began = nowSeconds();
  for (;;) {
    // The store's folder is made with its first row, so reading may fail until then.
    const rows = await storedRows(sinceSeconds).catch(() => []);
    const missing = ids.filter((id) => !rows.some(({ componentId }) => componentId === id));
    if (missing.length === 0) return nowSeconds() - began;
    if (nowSeconds() - began > timeoutSeconds) throw new Error(`no row of ${missing.join(", ")} within ${timeoutSeconds} s`);
    await sleep(500);
  }
}
