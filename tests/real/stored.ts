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

/** Waits until each component has a row that is at most so old. @returns seconds waited; throws when time is up, naming the missing */
export async function waitForFreshRows(ids: readonly number[], timeoutSeconds: number, freshSeconds = 3): Promise<number> {
  const began = nowSeconds();
  for (;;) {
    const rows = await storedRows(nowSeconds() - freshSeconds).catch(() => []);
    const missing = ids.filter((id) => !rows.some(({ componentId }) => componentId === id));
    if (missing.length === 0) return nowSeconds() - began;
    if (nowSeconds() - began > timeoutSeconds) throw new Error(`no row of ${missing.join(", ")} within ${timeoutSeconds} s`);
    await sleep(500);
  }
}
