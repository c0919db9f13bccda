/** Hosts spoken to at once: as many as sshd and 2 cores of key exchange bear without time-outs; pdsh's users know it as the fan-out. */
export const HOSTS_AT_ONCE = 64;

/** `Promise.all` over `map`, with at most `limit` of them under way. Results in the items' order; the first error ends the taking of new items. */
export async function mapBounded<T, R>(items: readonly T[], map: (item: T) => Promise<R>, limit = HOSTS_AT_ONCE): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
