import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { Gaps } from "./compare-data";

interface Seen {
  /** By the sampler's clock, seconds. */
  newest: number;
  longest: number;
}

/** The rows of each sampler as they are read again and again: how long none came, and when the newest one did. */
export class RowGaps {
  private readonly seen = new Map<string, Map<number, Seen>>();
  /** When the newest row was there at the latest, by this machine's clock. */
  private readonly arrivedMs = new Map<string, Map<number, number>>();
  private readonly hostOf: ReadonlyMap<number, string>;

  constructor(plan: Pick<DeploymentPlan, "daemons">) {
    const samplers = plan.daemons.filter(({ level }) => level === 0);
    this.hostOf = new Map(samplers.map(({ componentId, host }) => [componentId, host]));
  }

  /**
   * Rows of one reading, also those that an earlier one had.
   * @param clock the store's host's, and this machine's when it was asked
   */
  add(
    store: string,
    times: ReadonlyMap<number, readonly number[]>,
    clock: { readonly nowSeconds: number; readonly askedMs: number },
  ): void {
    const byId = mapOf(this.seen, store);
    const arrived = mapOf(this.arrivedMs, store);
    for (const [id, seconds] of times) {
      const one = byId.get(id) ?? { newest: seconds[0] ?? 0, longest: 0 };
      byId.set(id, one);
      for (const time of seconds) {
        if (time <= one.newest) continue;
        one.longest = Math.max(one.longest, time - one.newest);
        one.newest = time;
      }
      arrived.set(id, clock.askedMs - (clock.nowSeconds - one.newest) * 1000);
    }
  }

  /** Hosts with a row that was sampled behind that moment. */
  hostsSince(store: string, sinceMs: number): ReadonlySet<string> {
    const found = [...(this.arrivedMs.get(store) ?? [])].filter(([, ms]) => ms >= sinceMs);
    return new Set(found.flatMap(([id]) => this.hostOf.get(id) ?? []));
  }

  /** The longest pauses since the last call. */
  take(): Gaps {
    const gaps = [...this.seen].map(([store, byId]) => [store, this.takeStore(byId)] as const);
    return Object.fromEntries(gaps);
  }

  private takeStore(byId: Map<number, Seen>): Readonly<Record<string, number>> {
    const found: [string, number][] = [];
    for (const [id, one] of byId) {
      const host = this.hostOf.get(id);
      if (host !== undefined && one.longest > 0) found.push([host, Math.round(one.longest * 10) / 10]);
      one.longest = 0;
    }
    return Object.fromEntries(found);
  }
}

function mapOf<K, V>(maps: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const found = maps.get(key) ?? new Map<K, V>();
  maps.set(key, found);
  return found;
}
