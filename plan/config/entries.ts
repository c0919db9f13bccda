import type { AggregatorConfig, ClusterConfig, SamplerConfig } from "./config";

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

/** The plugins of all of them. */
export function listPlugins(config: ClusterConfig): Placed<SamplerConfig["plugins"][number]>[] {
  return listEntries(config).flatMap(({ path, entry: { plugins } }) =>
    plugins.map((entry, i) => ({ path: `${path}.plugins[${i}]`, entry })),
  );
}
