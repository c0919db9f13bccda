import { type GivenEntry, type GrantedEntry, textsOf } from "../config/given";
import { expandHostlist } from "../hostlist/hostlist";
import type { PlannedMount } from "../model/container";
import type { Grant } from "../model/deployment-plan";
import { normalizePath } from "../text/host-path";
import { nameSlot } from "./slots";

type FileConfig = NonNullable<GivenEntry["files"]>[number];

/** What a group's containers are given beside what the plan gives each of its role, with every default settled. */
export interface Given {
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly PlannedMount[];
  readonly files: readonly FileConfig[];
  readonly devices: readonly string[];
  readonly gpus?: "all";
  /** A whole reference. */
  readonly image?: string;
  /** `2G` */
  readonly memory?: string;
}

export function settleGiven({ env, mounts = {}, files = [], devices = [], gpus, image, memory }: GivenEntry): Given {
  return {
    env: textsOf(env),
    mounts: Object.entries(mounts).map(([hostPath, mount]) => {
      const { path, readOnly } = typeof mount === "string" ? { path: mount, readOnly: true } : mount;
      return { kind: "bind", hostPath: normalizePath(hostPath), containerPath: path, readOnly };
    }),
    files,
    devices,
    ...(gpus && { gpus }),
    ...(image !== undefined && { image }),
    ...(memory !== undefined && { memory }),
  };
}

/** What of their hosts the entries let their daemons have; the rules refuse whatever else a container has. */
export function grantsOf(entries: readonly GrantedEntry[]): readonly Grant[] {
  return entries.flatMap((entry) => {
    const { mounts, devices } = settleGiven(entry);
    const binds = mounts.flatMap((mount) => (mount.kind === "bind" && mount.readOnly ? [mount.hostPath] : []));
    if (binds.length + devices.length === 0) return [];
    const container = entry.container ?? entry.name ?? "";
    const containers = Array.from({ length: entry.perHost ?? 1 }, (_, slot) => nameSlot(container, slot));
    return [{ hosts: expandHostlist(entry.hosts), containers, binds, devices }];
  });
}
