import type { DaemonGroup } from "../daemon-group";
import { multiply, ownLoad, type SetLoad, sumLoads } from "../ldmsd/loads";
import { KIB_PER_MIB, planSetMemoryMib } from "../ldmsd/set-memory";
import type { ScaleAssumptions } from "./scale";

/** File descriptors of an ldmsd as upstream starts it. @see ldms/etc/systemd/ldmsd@.service.in, `LimitNOFILE`; a container has its engine's limit */
export const FILE_LIMIT = 8192;
/** On top of one a daemon: the listener, maestro, the log, and room for stores. */
const OTHER_FILES = 32;

/** A group of aggregators, as the stack has it and as its size asks for. */
export interface ScaledGroup {
  readonly name: string;
  readonly level: 1 | 2;
  /** That the stack has. */
  readonly present: number;
  /** The fewest that the fan-in allows. */
  readonly proposed: number;
  /** Daemons that each pulls from at most, where there are as many as the stack has, or as are proposed where those are more. */
  readonly daemonsEach: number;
  /** Metric sets that each holds then. */
  readonly setsEach: number;
  /** That each has to have room for, rounded up: where maestro spreads them, all of the group's, for the last one takes them over. */
  readonly setsMib: number;
  /** `-m`, which the plan writes. */
  readonly setMemoryMib: number;
  /** File descriptors, most of them connections. */
  readonly files: number;
  /** TCP port that each listens on. */
  readonly port: number;
}

/** What one group has to pull: each group of a level pulls all that the level below has. */
interface Below extends SetLoad {
  readonly daemons: number;
}

/** Level 1 first. */
export function planAggregatorLoads(
  groups: readonly DaemonGroup[],
  { fanIn }: ScaleAssumptions,
  isSpreadByMaestro: boolean,
): ScaledGroup[] {
  const samplers = groups.filter(({ level }) => level === 0);
  const load = sumLoads(samplers.map((group) => multiply(ownLoad(group), group.hosts.length)));
  const daemons = samplers.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const scale = (level: 1 | 2, below: Below) =>
    groups.filter((group) => group.level === level).map((group) => scaleGroup(group, level, below, { fanIn, isSpreadByMaestro }));

  const level1 = scale(1, { daemons, ...load });
  const aggregators = level1.reduce((sum, { present, proposed }) => sum + Math.max(present, proposed), 0);
  return [...level1, ...scale(2, { daemons: aggregators, ...multiply(load, level1.length) })];
}

function scaleGroup(
  { name, hosts, port }: DaemonGroup,
  level: 1 | 2,
  below: Below,
  { fanIn, isSpreadByMaestro }: { readonly fanIn: number; readonly isSpreadByMaestro: boolean },
): ScaledGroup {
  const present = hosts.length;
  const proposed = Math.max(1, Math.ceil(below.daemons / fanIn));
  const daemonsEach = Math.ceil(below.daemons / Math.max(present, proposed));
  const share = daemonsEach / Math.max(1, below.daemons);
  const kib = isSpreadByMaestro ? below.kib : below.kib * share;
  return {
    ...{ name, level, present, proposed, daemonsEach },
    setsEach: Math.ceil(below.sets * share),
    setsMib: Math.ceil(kib / KIB_PER_MIB),
    setMemoryMib: planSetMemoryMib(kib, "aggregator"),
    files: daemonsEach + OTHER_FILES,
    port,
  };
}
