import type { DaemonGroup } from "../daemons/daemon-group";
import { nameSlot } from "../daemons/slots";

/** The first daemons of a group's hosts, the second ones, and so on. */
export interface Slot {
  /** The group as these have it: their container, their ports. */
  readonly group: DaemonGroup;
  /** Their places in the group's lists. */
  readonly indexes: readonly number[];
}

export function listSlots(group: DaemonGroup): Slot[] {
  const hosts = group.hosts.length / group.perHost;
  return Array.from({ length: group.perHost }, (_, slot) => ({
    group: slot === 0 ? group : shift(group, slot),
    indexes: Array.from({ length: hosts }, (_unused, i) => slot * hosts + i),
  }));
}

function shift(group: DaemonGroup, slot: number): DaemonGroup {
  const listeners = group.listeners.map((one) => ({ ...one, port: one.port + slot }));
  return { ...group, container: nameSlot(group.container, slot), port: group.port + slot, listeners };
}
