import type { AggregatorConfig, ClusterConfig, SamplerConfig, StoreConfig } from "./config";

/** What stands at a place in the stack file: `aggregators[0]`, `samplers[1].plugins[0]`. */
interface Placed<T> {
  readonly path: string;
  readonly entry: T;
}

/** The entries that make daemons: samplers, then aggregators. */
export function listEntries({ samplers, aggregators }: ClusterConfig): Placed<SamplerConfig | AggregatorConfig>[] {
  return [
    ...samplers.map((entry, i) => ({ path: `samplers[${i}]`, entry })),
    ...aggregators.map((entry, i) => ({ path: `aggregators[${i}]`, entry })),
  ];
}

/** Those whose daemons the stack starts, from its images. */
export function listStarted(config: ClusterConfig): Placed<SamplerConfig | AggregatorConfig>[] {
  return listEntries(config).filter(({ entry }) => !("external" in entry && entry.external));
}

/** The plugins of all of them, or of these. */
export function listPlugins(config: ClusterConfig, entries = listEntries(config)): Placed<SamplerConfig["plugins"][number]>[] {
  return entries.flatMap(({ path, entry: { plugins } }) => plugins.map((entry, i) => ({ path: `${path}.plugins[${i}]`, entry })));
}

/** The stores of all aggregators. */
export function listStores({ aggregators }: ClusterConfig): Placed<StoreConfig>[] {
  return aggregators.flatMap(({ stores }, i) => stores.map((entry, j) => ({ path: `aggregators[${i}].stores[${j}]`, entry })));
}
