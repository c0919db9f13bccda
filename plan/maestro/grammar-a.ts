import type { DaemonGroup } from "../daemons/daemon-group";
import { attributesOf } from "../stores/attributes";
import { daemonsKey, samplerSettings, samplerTiming, type YamlMap } from "./shared";

/** Plugins inline, their `config` a map, stores a list: the grammar of the README's example and of maestro 72e02e2a. */
export function renderPluginsA(groups: readonly DaemonGroup[]): YamlMap {
  const samplers = groups.filter(({ plugins, isExternal }) => plugins.length && !isExternal).map(renderSamplers);
  const stores = groups.flatMap(renderStores);
  return { samplers, ...(stores.length && { stores }) };
}

function renderSamplers(group: DaemonGroup): YamlMap {
  return {
    daemons: daemonsKey(group),
    plugins: group.plugins.map((plugin) => ({ name: plugin.name, ...samplerTiming(plugin), config: samplerSettings(plugin) })),
  };
}

function renderStores(group: DaemonGroup): YamlMap[] {
  return (group.aggregator?.stores ?? []).map((store) => ({
    name: store.name,
    daemons: daemonsKey(group),
    container: store.container,
    schema: store.schema,
    ...(store.flush !== undefined && { flush: store.flush }),
    plugin: { name: store.plugin, config: attributesOf(store) },
  }));
}
