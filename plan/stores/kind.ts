import type { StoreConfig } from "../config/config";
import type { PlannedStore } from "../model/daemon";

/** What the project knows of one kind of store, that is of its plugin. */
export interface StoreKind {
  /** `store_sos` */
  readonly plugin: string;
  /** Its containers are SOS's, which dsosd serves by their names. */
  readonly isServedByDsosd: boolean;
  /** Whether its files show that rows are kept. */
  readonly writesByTime: (store: StoreConfig) => boolean;
  /** What a full disk does: `ends an aggregator`. */
  readonly whenFull: string;
  /**
   * One command line of the host's shell that prints the newest rows as SOS's own reader gives them, from `$since` on (seconds since 1970):
   * `{ "data" : [{"timestamp" : "1700000000.000000","component_id" : "1"}, …] }`.
   */
  readonly renderReader: (store: PlannedStore) => string;
  /** What the reader says where nothing was ever stored. */
  readonly saysNothingYet: RegExp;
}
