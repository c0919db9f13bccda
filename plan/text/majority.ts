import { groupBy } from "./group-by";

/** The value that most of the items have; the first one's of several that as many have. Undefined of nothing. */
export function majorityOf<T, V>(items: readonly T[], pick: (item: T) => V): V | undefined {
  const groups = [...groupBy(items, (item) => JSON.stringify(pick(item) ?? null)).values()];
  const [most] = groups.toSorted((a, b) => b.length - a.length);
  return most?.[0] === undefined ? undefined : pick(most[0]);
}
