import { readMaps } from "../text/read-value";
import type { StackConfig } from "./stack-of-site";

/** A store of a stack file that is being made, and where it stands. */
interface PlacedStore {
  readonly path: string;
  readonly store: Readonly<Record<string, unknown>>;
}

export function listStores(config: StackConfig): PlacedStore[] {
  return readMaps(config["aggregators"]).flatMap(({ stores }, i) =>
    readMaps(stores).map((store, j) => ({ path: `aggregators[${i}].stores[${j}]`, store })),
  );
}
