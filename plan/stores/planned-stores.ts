import type { StoreConfig } from "../config/config";
import { listBeneath } from "../daemons/below";
import type { DaemonGroup, PluginConfig } from "../daemons/daemon-group";
import { schemaOf } from "../daemons/plugin-schema";
import { listArriving } from "../daemons/pulls";
import { nameSlot, slotOf } from "../daemons/slots";
import type { PlannedStore } from "../model/daemon";
import { findPlugin } from "../plugins/plugins";
import { tablesOf } from "./decomposition";
import { hasFolder, storeFolder } from "./storage";

function hasLastingSets({ name }: PluginConfig): boolean {
  return findPlugin(name)?.hasPassingSets !== true;
}

/**
 * One entry for each store on each host that keeps it, or hands it on.
 *
 * @param decompositions texts of the stores' own files, by the name of the store, already checked
 * @param byMaestro maestro says while they run what each aggregator pulls: of those pulled in part nobody knows what is beneath them
 */
export function planStores(groups: readonly DaemonGroup[], decompositions: ReadonlyMap<string, string>, byMaestro = false): PlannedStore[] {
  return groups.flatMap((group) => {
    const stores = group.aggregator?.stores ?? [];
    const below = stores.length === 0 ? [] : byMaestro ? listBeneath(group, groups) : listArriving(group, groups);
    return stores.flatMap((store) => {
      const takes = schemaTest(store);
      const fills = (plugin: PluginConfig) => takes(schemaOf(plugin));
      const schemas = new Set(below.flatMap((part) => part.group.plugins.filter(fills).map(schemaOf)));
      const awaited = below.filter((part) => part.group.plugins.some((plugin) => fills(plugin) && hasLastingSets(plugin)));
      const text = decompositions.get(store.name);
      const planned: Omit<PlannedStore, "host" | "container"> = {
        name: store.name,
        plugin: store.plugin,
        ...(store.schema !== undefined && { schema: store.schema }),
        ...(hasFolder(store) && { path: storeFolder(store) }),
        ...(text !== undefined && { tables: tablesOf(text, [...schemas]) }),
        samplerHosts: [...new Set(awaited.flatMap((part) => part.indexes.map((i) => part.group.hosts[i]!)))],
      };
      return group.hosts.map(
        (host, index): PlannedStore => ({ ...planned, host, container: nameSlot(group.container, slotOf(group, index)) }),
      );
    });
  });
}

/** Which schemas a store takes. */
function schemaTest({ schema, regex }: Pick<StoreConfig, "schema" | "regex">): (schema: string) => boolean {
  if (regex === undefined) return (other) => other === schema;
  const pattern = new RegExp(regex);
  return (other) => pattern.test(other);
}
