import { listBelow } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import type { DaemonPlace } from "../daemons/dial";
import { spread } from "./spread";

/** What each aggregator of a group pulls from where no maestro spreads it; by the order of the group's hosts. */
export function planPulls(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly (readonly DaemonPlace[])[] {
  const below = listBelow(group, groups).flatMap((part) => part.indexes.map((index) => ({ group: part.group, index })));
  const owners = spread(below.length, group.hosts.length);
  const pulls: DaemonPlace[][] = group.hosts.map(() => []);
  for (const [i, place] of below.entries()) pulls[owners[i]!]!.push(place);
  return pulls;
}
