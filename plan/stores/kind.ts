import type { StoreConfig } from "../config/config";
import type { PlannedStore, StoredTable } from "../model/daemon";

/** What the project knows of one kind of store, that is of its plugin. */
export interface StoreKind {
  /** `store_sos` */
  readonly plugin: string;
  /** Where its rows go: into files below `path`, or to the brokers of a message service. */
  readonly place: "folder" | "brokers";
  /** It takes a stream in place of sets. */
  readonly isFedByStreams?: true;
  /** Whether sets are made into rows by a `decomposition`. */
  readonly decomposes: "never" | "may" | "must";
  /** Its containers are SOS's, which dsosd serves by their names. */
  readonly isServedByDsosd: boolean;
  /** Keys of the stack file that only this kind has. */
  readonly ownKeys: readonly ("rollover" | "headers" | "stream")[];
  /** Whether its files show that rows are kept. */
  readonly writesByTime: (store: StoreConfig) => boolean;
  /** What a full disk does: `ends an aggregator`; absent where it has no files. */
  readonly whenFull?: string;
  /** Absent: nobody here can look into it. */
  readonly reader?: StoreReader;
}

/** How the newest rows of a store are asked for. */
export interface StoreReader {
  /** The tables of the store that it reads; none: it finds no rows there, or not whose they are. */
  readonly tablesOf: (store: PlannedStore) => readonly StoredTable[];
  /**
   * One command line of the host's shell that prints the newest rows as SOS's own reader gives them, from `$since` on (seconds since 1970):
   * `{ "data" : [{"timestamp" : "1700000000.000000","component_id" : "1"}, …] }`.
   */
  readonly renderReader: (container: string, path: string, tables: readonly StoredTable[]) => string;
  /** The names of the two in what it prints. */
  readonly prints: (tables: readonly StoredTable[]) => PrintedColumns;
  /** What the reader says where nothing was ever stored. */
  readonly saysNothingYet: RegExp;
}

export interface PrintedColumns {
  readonly time: string;
  readonly id: string;
}

/** As the readers print them where they are free to. */
export const PRINTED: PrintedColumns = { time: "timestamp", id: "component_id" };
