import type { DaemonGroup, PluginConfig } from "../daemon-group";
import { asText, daemonsKey, samplerSettings, samplerTiming, type YamlMap } from "./shared";

/** Plugin instances in a map of their own, their `config` a list, stores a map: the grammar of the newest maestro (ldms 4.5). */
export function renderPluginsC(groups: readonly DaemonGroup[]): YamlMap {
  const sampling = groups.filter(({ plugins }) => plugins.length);
  const prefixes = namePrefixes(sampling);
  const instances = sampling.flatMap((group, index) =>
    group.plugins.map((plugin) => [`${prefixes[index]}-${plugin.name}`, renderInstance(plugin)]),
  );
  const samplers = sampling.map((group, index) => ({
    daemons: daemonsKey(group),
    plugins: group.plugins.map(({ name }) => `${prefixes[index]}-${name}`),
  }));
  const stores = groups.flatMap((group) => (group.aggregator?.stores ?? []).map((store) => ({ group, store })));
  const storeInstances = stores.map(({ store: { name, plugin, path, config } }) => [
    storeInstance(name),
    { name: plugin, config: [{ path, ...asText(config) }] },
  ]);
  const renderedStores = stores.map(({ group, store: { name, container, schema, flush } }) => [
    name,
    { daemons: daemonsKey(group), container, schema, ...(flush !== undefined && { flush }), plugin: storeInstance(name) },
  ]);
  return {
    plugins: Object.fromEntries([...instances, ...storeInstances]),
    samplers,
    ...(stores.length && { stores: Object.fromEntries(renderedStores) }),
  };
}

function renderInstance(plugin: PluginConfig): YamlMap {
  return { name: plugin.name, ...samplerTiming(plugin), config: [samplerSettings(plugin)] };
}

/** The groups' names, the second `samp` as `samp-2`: groups may share a name, instances may not. */
function namePrefixes(groups: readonly DaemonGroup[]): string[] {
  return groups.map(({ name }, index) => {
    const earlier = groups.slice(0, index).filter((group) => group.name === name).length;
    return earlier ? `${name}-${earlier + 1}` : name;
  });
}

function storeInstance(store: string): string {
  return `store-${store}`;
}
