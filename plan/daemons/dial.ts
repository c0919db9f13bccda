import { type AuthPlugin, authOf, type DaemonGroup } from "./daemon-group";

import { slotOf } from "./slots";

/** One daemon of a group, by its place in the group's lists. */
export interface DaemonPlace {
  readonly group: DaemonGroup;
  readonly index: number;
}

/** How a daemon is reached at one of its ports. */
export interface Dialled {
  readonly xprt: string;
  /** `cygnus-01-iw` */
  readonly host: string;
  readonly port: number;
  readonly auth: AuthPlugin;
}

/** How a daemon is reached at its own port. */
export function dialOwnPort({ group, index }: DaemonPlace): Dialled {
  const { xprt, port, interconnectNames } = group;
  return { xprt, port: port + slotOf(group, index), host: interconnectNames[index]!, auth: authOf(group) };
}

/** How the aggregators of a group reach a daemon of the level below: at its own port, or at the listener that they name. */
export function dialDaemon({ aggregator }: DaemonGroup, place: DaemonPlace): Dialled {
  const { group, index } = place;
  const listener = aggregator?.via === undefined ? undefined : group.listeners.find(({ name }) => name === aggregator.via);
  if (!listener) return dialOwnPort(place);
  const { xprt, port, interconnectNames, auth } = listener;
  return { xprt, port: port + slotOf(group, index), host: interconnectNames[index]!, auth };
}
