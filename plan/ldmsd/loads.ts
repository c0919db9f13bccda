import { type GroupPart, listBelow } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import { planPulls } from "../daemons/pulls";
import { findPlugin, UNKNOWN_PLUGIN } from "../plugins/plugins";

/** Metric sets that a daemon holds: how many, and what they take of its set memory. */
export interface SetLoad {
  readonly sets: number;
  readonly kib: number;
}

/** Of a sampler of which nothing is said: as many plugins as a site's own template has, of some size. [judgement] */
const UNKNOWN_SAMPLER: SetLoad = { sets: 16, kib: 256 };

/** What one daemon of the group makes by its own plugins. */
export function ownLoad({ plugins, isExternal }: Pick<DaemonGroup, "plugins" | "isExternal">): SetLoad {
  if (isExternal && plugins.length === 0) return UNKNOWN_SAMPLER;
  const facts = plugins.map(({ name }) => findPlugin(name) ?? UNKNOWN_PLUGIN);
  return sumLoads(facts.map(({ sets, setKib }) => ({ sets, kib: sets * setKib })));
}

export function sumLoads(loads: readonly SetLoad[]): SetLoad {
  return { sets: loads.reduce((sum, { sets }) => sum + sets, 0), kib: loads.reduce((sum, { kib }) => sum + kib, 0) };
}

export function multiply({ sets, kib }: SetLoad, times: number): SetLoad {
  return { sets: sets * times, kib: kib * times };
}

/**
 * The most that a daemon of each group holds. Where maestro spreads the producers, the last aggregator that is left takes all of them over, so that
 * each has to have room for all.
 */
export function planLoads(groups: readonly DaemonGroup[], isSpreadByMaestro: boolean): ReadonlyMap<DaemonGroup, SetLoad> {
  const most = new Map<DaemonGroup, SetLoad>();
  /** What each daemon holds, and all of the group together. */
  const held = new Map<DaemonGroup, readonly SetLoad[]>();
  const total = new Map<DaemonGroup, SetLoad>();
  for (const group of [...groups].sort((a, b) => a.level - b.level)) {
    const own = ownLoad(group);
    const below = listBelow(group, groups);
    const pulled = group.level === 0 || isSpreadByMaestro ? [] : planPulls(group, groups);
    const each = group.hosts.map((_, i) => sumLoads([own, ...(pulled[i] ?? []).map((place) => held.get(place.group)![place.index]!)]));
    // Of some aggregators that maestro spreads over, each may have all.
    const isKnownByEach = ({ group: one, indexes }: GroupPart) =>
      indexes.length < one.hosts.length && (one.level === 0 || !isSpreadByMaestro);
    const all = sumLoads(
      below.flatMap((part) => (isKnownByEach(part) ? part.indexes.map((i) => held.get(part.group)![i]!) : total.get(part.group)!)),
    );
    held.set(group, each);
    total.set(group, sumLoads([all, multiply(own, group.hosts.length)]));
    const largest = each.reduce((a, b) => (b.kib > a.kib ? b : a));
    most.set(group, isSpreadByMaestro && group.level > 0 ? sumLoads([own, all]) : largest);
  }
  return most;
}
