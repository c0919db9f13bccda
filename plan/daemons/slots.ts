interface Slotted {
  readonly hosts: readonly string[];
  readonly perHost: number;
}

/** 0 for the first daemon of each host. */
export function slotOf({ hosts, perHost }: Slotted, index: number): number {
  return Math.floor((index * perHost) / hosts.length);
}

/** `agg1`, `agg1-2` */
export function nameSlot(name: string, slot: number): string {
  return slot === 0 ? name : `${name}-${slot + 1}`;
}
