import { type AuthPlugin, authOf, type DaemonGroup } from "./daemon-group";

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

/** How the aggregators of a group reach a daemon of the level below: at its own port, or at the listener that they name. */
export function dialDaemon({ aggregator }: DaemonGroup, { group, index }: DaemonPlace): Dialled {
  const listener = aggregator?.via === undefined ? undefined : group.listeners.find(({ name }) => name === aggregator.via);
  const { xprt, port, interconnectNames } = listener ?? group;
  return { xprt, port, host: interconnectNames[index]!, auth: listener?.auth ?? authOf(group) };
}
