import { listBelow } from "../daemons/below";
import { type DaemonGroup, listDaemons } from "../daemons/daemon-group";
import { type DaemonPlace, dialDaemon } from "../daemons/dial";
import { schemaOf } from "../daemons/plugin-schema";
import { planPulls } from "../daemons/pulls";
import { listUpdaters, narrowSelections } from "../daemons/updaters";
import { awaitedSet } from "../health/awaited";
import type { PlannedDaemon, PlannedProducer, PlannedPull, PlannedSet } from "../model/daemon";
import { toSeconds } from "../text/duration";
import { groupBy } from "../text/group-by";

/** Which aggregator is to have whose sets. @param isSpread maestro spreads the producers of a group over its aggregators while they run */
export function planPulledDaemons(groups: readonly DaemonGroup[], isSpread: boolean): PlannedPull[] {
  const daemonsOf = new Map(groups.map((group) => [group, listDaemons(group)]));
  return groups.flatMap((group): PlannedPull[] => {
    if (!group.aggregator) return [];
    const places = daemonsOf.get(group)!.map(({ host, container }) => ({ host, container }));
    const producerOf = (place: DaemonPlace) => describeProducer(group, place, daemonsOf.get(place.group)![place.index]!);
    const common = describeUpdates(group);
    if (!isSpread) {
      const pulls = planPulls(group, groups);
      return places.map((place, i) => ({ aggregators: [place], ...common, producers: pulls[i]!.map(producerOf) }));
    }
    const below = listBelow(group, groups).flatMap((part) => part.indexes.map((index) => ({ group: part.group, index })));
    return [{ aggregators: places, ...common, producers: below.map(producerOf) }];
  });
}

function describeProducer(group: DaemonGroup, place: DaemonPlace, daemon: PlannedDaemon): PlannedProducer {
  const at = place.group.advertises ? undefined : dialDaemon(group, place);
  return { host: daemon.host, container: daemon.container, ...(at && { dialledAt: `${at.host}:${at.port}` }) };
}

function describeUpdates({ aggregator }: DaemonGroup): Pick<PlannedPull, "updateSeconds" | "updatesOnChange" | "selections"> {
  const updaters = listUpdaters(aggregator!);
  const selections = updaters.map(({ sets }) => narrowSelections(sets));
  const takesAll = selections.some((sets) => sets.length === 0);
  return {
    updateSeconds: Math.max(0, ...updaters.map(({ interval }) => toSeconds(interval))),
    ...(updaters.some(({ mode }) => mode === "onchange") && { updatesOnChange: true }),
    ...(!takesAll && { selections: selections.flat() }),
  };
}

/** The sets of a group's daemons that show whether its plugins work, each name once. */
export function planSets({ plugins }: DaemonGroup): PlannedSet[] {
  const sets = plugins.flatMap((plugin): PlannedSet[] => {
    const name = awaitedSet(plugin);
    return name === undefined ? [] : [{ name, schema: schemaOf(plugin), intervalSeconds: toSeconds(plugin.interval) }];
  });
  return [...groupBy(sets, ({ name }) => name).values()].map(([set]) => set!);
}
