import type { DaemonGroup } from "../daemons/daemon-group";
import { spread } from "./spread";

/** One daemon of a group, by its place in the group's lists. */
export interface DaemonPlace {
  readonly group: DaemonGroup;
  readonly index: number;
}

/** All daemons of the level below, in the order of the stack file: what the aggregators of a group pull from together. */
export function listBelow(group: DaemonGroup, groups: readonly DaemonGroup[]): DaemonPlace[] {
  const below = groups.filter(({ level }) => level === group.level - 1);
  return below.flatMap((one) => one.hosts.map((_, index) => ({ group: one, index })));
}

/** What each aggregator of a group pulls from where no maestro spreads it; by the order of the group's hosts. */
export function planPulls(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly (readonly DaemonPlace[])[] {
  const below = listBelow(group, groups);
  const owners = spread(below.length, group.hosts.length);
  const pulls: DaemonPlace[][] = group.hosts.map(() => []);
  for (const [i, place] of below.entries()) pulls[owners[i]!]!.push(place);
  return pulls;
}
