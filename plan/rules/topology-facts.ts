import type { ContainerFacts, FileFacts } from "./facts";

/** Everything of a stack together. */
export interface StackFacts {
  readonly containers: readonly ContainerFacts[];
  readonly files: readonly FileFacts[];
}

/** Who pulls from whom and who stores, as maestro's ldms_cfg.yaml says it, in either grammar, and the daemons' own files; names of daemons. */
export interface Topology {
  /** False: nothing but the daemons' own files says it. */
  readonly isFromMaestro: boolean;
  /** `{ "samp-1": { host: "cygnus-01-iw", port: 411 } }` */
  readonly daemons: ReadonlyMap<string, DaemonPlace>;
  readonly aggregators: readonly PullingDaemons[];
  readonly stores: readonly StoreOfDaemons[];
}

export interface PullingDaemons {
  readonly daemons: readonly string[];
  readonly pulls: readonly string[];
  /** When each of them pulls which sets. */
  readonly updaters: readonly UpdaterFacts[];
}

export interface UpdaterFacts {
  readonly intervalUs: number;
  /** It goes by what its producers say: their intervals (`auto`), or each of their changes (`push`). */
  readonly isPaced: boolean;
  /** Of every set where there is none. */
  readonly selections: readonly { readonly regex: string; readonly field: string }[];
}

/** Where a daemon is dialled. */
export interface DaemonPlace {
  readonly host: string;
  readonly port: number;
  /** Where it listens besides. */
  readonly further?: readonly { readonly host: string; readonly port: number }[];
}

export interface StoreOfDaemons {
  readonly daemons: readonly string[];
  readonly plugin: string;
  readonly container: string;
}
