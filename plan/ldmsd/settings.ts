import type { ClusterConfig } from "../config/config";
import { type DaemonGroup, roleOf } from "../daemons/daemon-group";
import type { ConfigProblem } from "../problems/errors";
import { toKib } from "../text/size";
import type { FromMaestro } from "./conf";
import { planLoads } from "./loads";
import { KIB_PER_MIB, planSetMemoryMib } from "./set-memory";

/** @param ownLdmsCfg the site's own ldms_cfg.yaml, which says all that there is to say of aggregators */
export function howConfigured(config: ClusterConfig, ownLdmsCfg?: string): FromMaestro {
  const { maestro } = config;
  if (!maestro || config.configure === "files") return { kind: "nothing" };
  return ownLdmsCfg !== undefined || maestro.grammar === "A" ? { kind: "all", ownText: ownLdmsCfg } : { kind: "pulls" };
}

/** `-m` of each group's daemons, MiB. */
export function setMemoryOf(config: ClusterConfig, groups: readonly DaemonGroup[]): ReadonlyMap<DaemonGroup, number> {
  const loads = planLoads(groups, config.maestro !== undefined);
  return new Map(groups.map((group) => [group, givenMib(group) ?? planSetMemoryMib(loads.get(group)!.kib, roleOf(group))]));
}

/** A site's own size, rounded up: what the plan hands over is whole MiB. */
function givenMib({ setMemory }: DaemonGroup): number | undefined {
  return setMemory === undefined ? undefined : Math.ceil(toKib(setMemory) / KIB_PER_MIB);
}

/** A daemon of too little set memory loses sets without a word to anybody. */
export function checkSetMemory(config: ClusterConfig, groups: readonly DaemonGroup[]): ConfigProblem[] {
  if (groups.every(({ setMemory }) => setMemory === undefined)) return [];
  const loads = planLoads(groups, config.maestro !== undefined);
  return groups.flatMap((group) => {
    const mib = givenMib(group);
    const { sets, kib } = loads.get(group)!;
    if (mib === undefined || mib * KIB_PER_MIB >= kib) return [];
    const needed = planSetMemoryMib(kib, roleOf(group));
    const message = `is less than the ${Math.ceil(kib / KIB_PER_MIB)} MiB that ${sets.toLocaleString("en")} sets take: \`${group.setMemory}\``;
    return [{ path: `${group.path}.setMemory`, message, help: `leave it out: the plan takes ${needed}M` }];
  });
}
