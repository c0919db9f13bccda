import type { ClusterConfig } from "../config/config";
import { ROLES } from "../containers/roles";
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
function toMib(size: string | undefined): number | undefined {
  return size === undefined ? undefined : Math.ceil(toKib(size) / KIB_PER_MIB);
}

function givenMib({ setMemory }: DaemonGroup): number | undefined {
  return toMib(setMemory);
}

/** The limit that the group's entry sets. */
export function givenMemoryMib({ given }: DaemonGroup): number | undefined {
  return toMib(given.memory);
}

/** Docker's own least. @see moby, daemon/daemon_unix.go, `linuxMinMemory` */
const LEAST_LIMIT_MIB = 6;

/** A daemon whose sets do not fit below its limit is killed when they fill. */
export function checkMemory(config: ClusterConfig, groups: readonly DaemonGroup[]): ConfigProblem[] {
  if (groups.every(({ given }) => given.memory === undefined)) return [];
  const setMemory = setMemoryOf(config, groups);
  return groups.flatMap((group) => {
    const { setCopies, memoryLimitMib } = ROLES[roleOf(group)];
    const setMemoryMib = setMemory.get(group)!;
    const least = Math.max(LEAST_LIMIT_MIB, setCopies * setMemoryMib);
    if ((givenMemoryMib(group) ?? Number.POSITIVE_INFINITY) > least) return [];
    const message = `must be more than the ${least} MiB that its set memory of ${setMemoryMib}M takes: \`${group.given.memory}\``;
    const help = `leave it out: the plan takes ${memoryLimitMib({ setMemoryMib, daemons: 0 })}M`;
    return [{ path: `${group.path}.memory`, message, help }];
  });
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
