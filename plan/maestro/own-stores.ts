import type { DaemonGroup } from "../daemons/daemon-group";
import { isInStoreFolder } from "../stores/storage";
import { describeIssues, type OwnFileProblem } from "../yaml/own-file-problem";
import { listSettings, Stores } from "./ldms-cfg-form";

/** Every store's `path` lies in a folder that some aggregator binds; elsewhere its rows go with the container. */
export function checkOwnStores(document: unknown, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  const parsed = Stores.safeParse(document);
  if (!parsed.success) return describeIssues(parsed.error);
  const { stores = [], plugins = {} } = parsed.data;
  return Object.entries(stores).flatMap(([key, store]) => {
    const plugin = typeof store.plugin === "string" ? plugins[store.plugin] : store.plugin;
    const path = listSettings(plugin?.config).find(([name]) => name === "path")?.[1];
    if (typeof path !== "string" || isInStoreFolder(groups, path)) return [];
    return [
      {
        message: `store \`${store.name ?? key}\` has a path that no aggregator binds: \`${path}\``,
        help: "give an aggregator a store with this `path` and its `hostPath`",
      },
    ];
  });
}
