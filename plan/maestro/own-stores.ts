import { z } from "zod";
import type { DaemonGroup } from "../daemons/daemon-group";
import { isInStoreFolder } from "../stores/storage";
import { describeIssues, type OwnFileProblem } from "../yaml/own-file-problem";

const Settings = z.union([z.record(z.string(), z.unknown()), z.array(z.union([z.string(), z.record(z.string(), z.unknown())]))]);
const Plugin = z.looseObject({ config: Settings.optional() });
/** Grammar A has stores as a list with their plugins inline, grammar C both as maps. */
const Store = z.looseObject({ name: z.string().optional(), plugin: z.union([z.string(), Plugin]).optional() });
const Stores = z.looseObject({
  stores: z.union([z.array(Store), z.record(z.string(), Store)]).optional(),
  plugins: z.record(z.string(), Plugin).optional(),
});

/** Every store's `path` lies in a folder that some aggregator binds; elsewhere its rows go with the container. */
export function checkOwnStores(document: unknown, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  const parsed = Stores.safeParse(document);
  if (!parsed.success) return describeIssues(parsed.error);
  const { stores = [], plugins = {} } = parsed.data;
  return Object.entries(stores).flatMap(([key, store]) => {
    const plugin = typeof store.plugin === "string" ? plugins[store.plugin] : store.plugin;
    const path = readSetting(plugin?.config, "path");
    if (path === undefined || isInStoreFolder(groups, path)) return [];
    return [
      {
        message: `store \`${store.name ?? key}\` has a path that no aggregator binds: \`${path}\``,
        help: "give an aggregator a store with this `path` and its `hostPath`",
      },
    ];
  });
}

/** From `{ path: /store }`, `[{ path: /store }]` or `["path=/store"]`. */
function readSetting(settings: z.output<typeof Settings> | undefined, name: string): string | undefined {
  const items = settings === undefined ? [] : Array.isArray(settings) ? settings : [settings];
  for (const item of items) {
    const value = typeof item === "string" ? new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(item)?.[1] : item[name];
    if (typeof value === "string") return value;
  }
  return undefined;
}
