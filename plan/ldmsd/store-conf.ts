import type { StoreConfig } from "../config/config";
import { attributesOf, containerOf } from "../stores/attributes";
import { decompositionFile } from "../stores/decomposition";
import { renderLine } from "./conf-line";
import { renderDuration } from "./durations";

/** Loads and configures the plugins of an aggregator's stores, and stores what all of its producers have. */
export function renderStoreLines(stores: readonly StoreConfig[]): string[] {
  const instances = nameStoreInstances(stores);
  const first = stores.filter((store, i) => stores.findIndex((one) => instances.get(one) === instances.get(store)) === i);
  return [
    ...first.flatMap((store) => {
      const name = instances.get(store)!;
      return [
        renderLine("load", { name, plugin: name === store.plugin ? undefined : store.plugin }),
        renderLine("config", { name, ...attributesOf(store) }),
      ];
    }),
    ...stores.flatMap((store) => {
      if (store.stream !== undefined) return [];
      const { name, schema, regex, flush } = store;
      const decomposition = store.decomposition === undefined ? undefined : decompositionFile(name).containerPath;
      const policy = { container: containerOf(store), schema, regex, decomposition, flush: renderDuration(flush) };
      return [renderLine("strgp_add", { name, plugin: instances.get(store), ...policy }), renderLine("strgp_start", { name })];
    }),
  ];
}

/** Equal stores share an instance. It has its plugin's own name where the aggregator has one configuration of that, else the first store's behind it. */
export function nameStoreInstances(stores: readonly StoreConfig[]): ReadonlyMap<StoreConfig, string> {
  const configurations = (plugin: string) => new Set(stores.filter((store) => store.plugin === plugin).map(configurationOf)).size;
  return new Map(
    stores.map((store) => {
      const first = stores.find((one) => configurationOf(one) === configurationOf(store))!;
      return [store, configurations(store.plugin) === 1 ? store.plugin : `${store.plugin}-${first.name}`];
    }),
  );
}

/** What a store's plugin is configured by. */
export function configurationOf(store: StoreConfig): string {
  return JSON.stringify([store.plugin, attributesOf(store)]);
}
