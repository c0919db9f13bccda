import type { DaemonGroup } from "../daemon-group";
import type { ScaleAssumptions } from "./scale";

/** Of one metric set in an aggregator, bytes. @see ldmsd(8), `--set_memory`: nodes x sets a node x 4k, "a rough estimate"; arrays need more */
const SET_BYTES = 4096;
/** What ldmsd takes for its sets without `-m`, MiB. @see ldmsd(8), `--set_memory` */
export const DEFAULT_SET_MEMORY_MIB = 512;
/** File descriptors of an ldmsd as upstream starts it. @see ldms/etc/systemd/ldmsd@.service.in, `LimitNOFILE`; a container has its engine's limit */
export const FILE_LIMIT = 8192;
/** On top of one a daemon: the listener, maestro, the log, and room for stores. */
const OTHER_FILES = 32;
/** The estimate is rough, so `-m` has twice as much, in steps of so many MiB. */
const MEMORY_STEP_MIB = 512;

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
  /** For these sets, rounded up. */
  readonly memoryMib: number;
  /** For `-m`, where what ldmsd takes by itself is less than twice the estimate. */
  readonly optionMib?: number;
  /** File descriptors, most of them connections. */
  readonly files: number;
  /** TCP port that each listens on. */
  readonly port: number;
}

/** What one group has to pull: each group of a level pulls all that the level below has. */
interface Below {
  readonly daemons: number;
  readonly sets: number;
}

/** Level 1 first; a plugin of a sampler is taken for one set. */
export function planAggregatorLoads(groups: readonly DaemonGroup[], { fanIn }: ScaleAssumptions): ScaledGroup[] {
  const samplers = groups.filter(({ level }) => level === 0);
  const sets = samplers.reduce((sum, { hosts, plugins }) => sum + hosts.length * plugins.length, 0);
  const daemons = samplers.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const scale = (level: 1 | 2, below: Below) =>
    groups.filter((group) => group.level === level).map((group) => scaleGroup(group, level, below, fanIn));

  const level1 = scale(1, { daemons, sets });
  const aggregators = level1.reduce((sum, { present, proposed }) => sum + Math.max(present, proposed), 0);
  return [...level1, ...scale(2, { daemons: aggregators, sets: sets * level1.length })];
}

function scaleGroup({ name, hosts, port }: DaemonGroup, level: 1 | 2, below: Below, fanIn: number): ScaledGroup {
  const present = hosts.length;
  const proposed = Math.max(1, Math.ceil(below.daemons / fanIn));
  // maestro gives each a run of so many, one after the other.
  const daemonsEach = Math.ceil(below.daemons / Math.max(present, proposed));
  const setsEach = Math.ceil((below.sets / below.daemons) * daemonsEach);
  const memoryMib = Math.ceil((setsEach * SET_BYTES) / 2 ** 20);
  const needsOption = 2 * memoryMib > DEFAULT_SET_MEMORY_MIB;
  return {
    ...{ name, level, present, proposed, daemonsEach, setsEach, memoryMib },
    ...(needsOption && { optionMib: Math.ceil((2 * memoryMib) / MEMORY_STEP_MIB) * MEMORY_STEP_MIB }),
    files: daemonsEach + OTHER_FILES,
    port,
  };
}
