import { type GivenEntry, textsOf } from "../config/given";
import type { PlannedMount } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";

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
      return { kind: "bind", hostPath, containerPath: path, readOnly };
    }),
    files,
    devices,
    ...(gpus && { gpus }),
    ...(image !== undefined && { image }),
    ...(memory !== undefined && { memory }),
  };
}

/** What of their hosts the entries let their daemons have; the rules refuse whatever else a container has. */
export function givenOfHosts(entries: readonly GivenEntry[]): DeploymentPlan["given"] {
  const all = entries.map(settleGiven);
  const binds = all.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.kind === "bind" && mount.readOnly ? [mount.hostPath] : [])));
  return { binds: [...new Set(binds)], devices: [...new Set(all.flatMap(({ devices }) => devices))] };
}
