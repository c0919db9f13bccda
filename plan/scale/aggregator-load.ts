import type { ClusterConfig } from "../config/config";
import { type GroupPart, listBelow } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import { setMemoryOf } from "../ldmsd/group-settings";
import { multiply, ownLoad, type SetLoad, sumLoads } from "../ldmsd/loads";
import { KIB_PER_MIB, planSetMemoryMib } from "../ldmsd/set-memory";
import type { ScaleAssumptions } from "./assumptions";

/** File descriptors of an ldmsd as upstream starts it. @see ldms/etc/systemd/ldmsd@.service.in, `LimitNOFILE`; a container has its engine's limit */
export const FILE_LIMIT = 8192;
/** On top of one a daemon: the listener, maestro, the log, and room for stores. */
const OTHER_FILES = 32;

/** A group of aggregators, as the stack has it and as its size asks for. */
export interface ScaledGroup {
  readonly name: string;
  readonly level: number;
  /** That the stack has. */
  readonly present: number;
  /** The fewest that the fan-in allows. */
  readonly proposed: number;
  /** Daemons that each pulls from at most, where there are as many as the stack has, or as are proposed where those are more. */
  readonly daemonsEach: number;
  /** Metric sets that each holds then, its own among them. */
  readonly setsEach: number;
  /** That each has to have room for, rounded up: where maestro spreads them, all of the group's, for the last one takes them over. */
  readonly setsMib: number;
  /** `-m`, which the plan writes, or would for as many as are proposed. */
  readonly setMemoryMib: number;
  /** The stack file says it. */
  readonly isSetMemoryGiven: boolean;
  /** File descriptors, most of them connections. */
  readonly files: number;
  /** TCP port that each listens on. */
  readonly port: number;
}

/** What one group has to pull. */
interface Below extends SetLoad {
  readonly daemons: number;
}

/** Level 1 first. */
export function planAggregatorLoads(config: ClusterConfig, groups: readonly DaemonGroup[], { fanIn }: ScaleAssumptions): ScaledGroup[] {
  const isSpreadByMaestro = config.maestro !== undefined;
  const planned = setMemoryOf(config, groups);
  /** What each group comes to for those above it, with as many daemons as it will have. */
  const passedOn = new Map<DaemonGroup, Below>();
  return [...groups]
    .sort((a, b) => a.level - b.level)
    .flatMap((group) => {
      const below = sumBelow(listBelow(group, groups).map((part) => shareOf(part, passedOn.get(part.group)!)));
      const scaled = scaleGroup(group, below, { fanIn, isSpreadByMaestro, plannedMib: planned.get(group)! });
      const daemons = group.level === 0 ? group.hosts.length : Math.max(scaled.present, scaled.proposed);
      passedOn.set(group, { daemons, ...sumLoads([below, multiply(ownLoad(group), daemons)]) });
      return group.level === 0 ? [] : [scaled];
    });
}

function sumBelow(parts: readonly Below[]): Below {
  return { daemons: parts.reduce((sum, { daemons }) => sum + daemons, 0), ...sumLoads(parts) };
}

/** Of a group that is pulled whole, what it will have; else of those that are named. */
function shareOf({ group, indexes }: GroupPart, all: Below): Below {
  if (indexes.length === group.hosts.length) return all;
  return { daemons: indexes.length, ...multiply(all, indexes.length / group.hosts.length) };
}

function scaleGroup(
  group: DaemonGroup,
  below: Below,
  { fanIn, isSpreadByMaestro, plannedMib }: { readonly fanIn: number; readonly isSpreadByMaestro: boolean; readonly plannedMib: number },
): ScaledGroup {
  const { name, level, hosts, port } = group;
  const own = ownLoad(group);
  const present = hosts.length;
  const proposed = Math.max(1, Math.ceil(below.daemons / fanIn));
  const daemonsEach = Math.ceil(below.daemons / Math.max(present, proposed));
  const share = daemonsEach / Math.max(1, below.daemons);
  const kib = own.kib + (isSpreadByMaestro ? below.kib : below.kib * share);
  const isSetMemoryGiven = group.setMemory !== undefined;
  return {
    ...{ name, level, present, proposed, daemonsEach },
    setsEach: own.sets + Math.ceil(below.sets * share),
    setsMib: Math.ceil(kib / KIB_PER_MIB),
    setMemoryMib: isSetMemoryGiven || present >= proposed ? plannedMib : planSetMemoryMib(kib, "aggregator"),
    isSetMemoryGiven,
    files: daemonsEach + OTHER_FILES,
    port,
  };
}
