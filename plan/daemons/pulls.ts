import { groupBy } from "../text/group-by";
import { type GroupPart, listBelow } from "./below";
import type { DaemonGroup } from "./daemon-group";
import type { DaemonPlace } from "./dial";
import { spread } from "./spread";

/** What each aggregator of a group pulls from where no maestro spreads it; by the order of the group's hosts. */
export function planPulls(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly (readonly DaemonPlace[])[] {
  const below = listBelow(group, groups).flatMap((part) => part.indexes.map((index) => ({ group: part.group, index })));
  const owners = spread(below.length, group.hosts.length);
  const pulls: DaemonPlace[][] = group.hosts.map(() => []);
  for (const [i, place] of below.entries()) pulls[owners[i]!]!.push(place);
  return pulls;
}

/** The daemons whose sets arrive at a group where no maestro spreads them: of a group that is pulled in part, only what is beneath that part. */
export function listArriving(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly GroupPart[] {
  return arriveBy(listBelow(group, groups), groups);
}

function arriveBy(parts: readonly GroupPart[], groups: readonly DaemonGroup[]): readonly GroupPart[] {
  return parts.flatMap((part) => [part, ...arriveBy(pulledBy(part, groups), groups)]);
}

function pulledBy({ group, indexes }: GroupPart, groups: readonly DaemonGroup[]): readonly GroupPart[] {
  if (indexes.length === group.hosts.length) return listBelow(group, groups);
  const pulls = planPulls(group, groups);
  const places = groupBy(
    indexes.flatMap((index) => pulls[index]!),
    (place) => place.group.path,
  );
  return [...places.values()].map((found) => ({ group: found[0]!.group, indexes: found.map(({ index }) => index) }));
}
