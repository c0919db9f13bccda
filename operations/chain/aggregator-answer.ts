import { groupBy } from "../../plan/text/group-by";
import { type ControllerTables, type ProducerRow, parseControllerTables, type SetRow } from "./controller-tables";

/** What an aggregator says of all that it pulls. */
export interface AggregatorAnswer extends ControllerTables {
  /** Its host's clock when it was asked, in seconds since 1970. */
  readonly nowSeconds: number;
  /** From then on until it had told its sets. */
  readonly tookSeconds: number;
  /** By which that is ahead of this machine's. */
  readonly clockAheadSeconds: number;
  readonly log: AggregatorLog;
  readonly byAddress: ReadonlyMap<string, ProducerRow>;
  readonly byName: ReadonlyMap<string, ProducerRow>;
  readonly setsOf: ReadonlyMap<string, readonly SetRow[]>;
  readonly setNamed: ReadonlyMap<string, SetRow>;
  /** Names of producers that an updater which runs takes. */
  readonly updated: ReadonlySet<string>;
}

/** Of its last half minute. */
export interface AggregatorLog {
  /** Names of producers that did not take its proof, or whose proof it did not take. */
  readonly rejected: ReadonlySet<string>;
  /** Addresses whose name it cannot resolve. */
  readonly unresolved: ReadonlySet<string>;
  /** What munge says of a proof: `Invalid credential`. */
  readonly munge: readonly string[];
  /** Sets for which it has no room. */
  readonly refused: ReadonlySet<string>;
}

/** @param output of the question to an aggregator */
export function parseAggregatorAnswer(
  output: string,
  look: Pick<AggregatorAnswer, "nowSeconds" | "tookSeconds" | "clockAheadSeconds">,
): AggregatorAnswer {
  const lines = output.split("\n");
  const after = (kind: string) => lines.filter((line) => line.startsWith(`${kind}\t`)).map((line) => line.slice(kind.length + 1));
  const tables = parseControllerTables(after("stat"));
  return {
    ...tables,
    ...look,
    log: {
      rejected: new Set(after("rejected")),
      unresolved: new Set(after("unresolved")),
      munge: after("munge-said"),
      refused: new Set(after("refused")),
    },
    byAddress: new Map(tables.producers.map((row) => [row.address, row])),
    byName: new Map(tables.producers.map((row) => [row.name, row])),
    setsOf: groupBy(tables.sets, ({ producer }) => producer),
    setNamed: new Map(tables.sets.map((row) => [row.instance, row])),
    updated: new Set(tables.updaters.flatMap(({ state, producers }) => (state === "RUNNING" ? producers : []))),
  };
}
