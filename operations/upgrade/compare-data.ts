import type { Cause } from "../chain/cause";

/** How data arrived before an upgrade; JSON as it is. */
export interface Baseline {
  /** Hosts of samplers whose sets were fresh wherever they are to arrive. */
  readonly samplers: readonly string[];
  readonly stores: readonly StoreBaseline[];
  /** A row counts up to this age, and rows a second are those of that time. */
  readonly freshSeconds: number;
}

export interface StoreBaseline {
  readonly store: string;
  /** With a fresh row in it. */
  readonly hosts: readonly string[];
  readonly rowsPerSecond?: number;
}

/** The same at a later moment. */
export interface DataLook {
  /** Hosts of samplers that are fresh; absent where the aggregators were not asked. */
  readonly samplers?: ReadonlySet<string>;
  readonly stores: readonly StoreLook[];
  readonly causes: readonly Cause[];
}

export interface StoreLook {
  readonly store: string;
  /** With a row from after the last change. */
  readonly hosts: ReadonlySet<string>;
  readonly rowsPerSecond?: number;
  readonly faults: readonly string[];
}

/** By store and host, seconds. */
export type Gaps = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A rate is as before from here on: what was counted in a time is a row more or less of each sampler. */
const ENOUGH = 0.9;

export interface Lack {
  /** Hosts of samplers whose data came before, and does not come now; in the baseline's order. */
  readonly lost: readonly string[];
  /** What is wrong with a store as a whole, a line each. */
  readonly stores: readonly string[];
}

/** What came before and does not come now. @param excused hosts that have failed already, within what may */
export function compareData(baseline: Baseline, look: DataLook, excused: ReadonlySet<string>): Lack {
  const lookOf = new Map(look.stores.map((one) => [one.store, one]));
  const lost = new Set(look.samplers ? baseline.samplers.filter((host) => !look.samplers!.has(host)) : []);
  for (const { store, hosts } of baseline.stores) for (const host of hosts) if (!lookOf.get(store)?.hosts.has(host)) lost.add(host);
  for (const host of excused) lost.delete(host);
  const ordered = [...new Set([...baseline.samplers, ...baseline.stores.flatMap(({ hosts }) => hosts)])].filter((host) => lost.has(host));
  return { lost: ordered, stores: baseline.stores.flatMap((before) => compareRate(before, lookOf.get(before.store))) };
}

/** The rate is held against what those samplers gave before that give rows now. */
function compareRate(before: StoreBaseline, now: StoreLook | undefined): string[] {
  const { store, hosts, rowsPerSecond: rate } = before;
  if (hosts.length === 0) return [];
  if (now?.faults[0] !== undefined) return [`store \`${store}\`: ${now.faults[0]}`];
  if (rate === undefined) return [];
  const share = hosts.filter((host) => now?.hosts.has(host)).length / hosts.length;
  const found = now?.rowsPerSecond ?? 0;
  return found >= rate * share * ENOUGH ? [] : [`store \`${store}\`: ${round(found)} rows a second, ${round(rate)} before`];
}

export function round(number: number): string {
  return number.toLocaleString("en", { maximumFractionDigits: 1, useGrouping: true });
}
