import type { ClusterConfig } from "../config/config";
import { listPlugins, listStarted, listStores } from "../config/entries";
import { renderValue } from "../config/wording";
import { writtenGrammar } from "../config/written-grammar";
import { listBelow } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import { instanceOf } from "../daemons/plugin-schema";
import { imageAt } from "../images/group-image";
import { findLdmsd } from "../images/ldmsd-of";
import { nameStoreInstances } from "../ldmsd/store-conf";
import type { ConfigProblem } from "../problems/errors";

/** What the stack's ldmsd, or its maestro, is too old for. */
export function checkAbilities(config: ClusterConfig): ConfigProblem[] {
  return [...checkRenamed(config), ...checkStoreInstances(config), ...checkMessages(config), ...checkGrammarA(config)];
}

const NEWER = "take images of 4.5.1 or later";

function checkRenamed(config: ClusterConfig): ConfigProblem[] {
  return listStarted(config).flatMap(({ path, entry }) => {
    const { named, hasInstances } = findLdmsd(config, imageAt(path), entry.image);
    if (hasInstances) return [];
    return entry.plugins.flatMap((plugin, i) => {
      const { name, instance = name } = plugin;
      if (instance === name) return [];
      const message = `the ldmsd ${named} loads a plugin only by its own name: ${renderValue(instance)}`;
      return [{ path: `${path}.plugins[${i}].instance`, message, help: NEWER }];
    });
  });
}

function checkStoreInstances(config: ClusterConfig): ConfigProblem[] {
  return config.aggregators.flatMap(({ stores, image }, i) => {
    const { named, hasInstances } = findLdmsd(config, "ldms-agg", image);
    if (hasInstances) return [];
    const names = nameStoreInstances(stores);
    const second = stores.findIndex((store, j) => {
      const first = stores.slice(0, j).find(({ plugin }) => plugin === store.plugin);
      return first !== undefined && names.get(first) !== names.get(store);
    });
    if (second < 0) return [];
    const message = `the ldmsd ${named} can configure a plugin only once: \`${stores[second]!.plugin}\``;
    return [
      { path: `aggregators[${i}].stores[${second}].plugin`, message, help: `${NEWER}, or give the stores one \`path\` and \`config\`` },
    ];
  });
}

/** Messages came with what switches streams on. */
function checkMessages(config: ClusterConfig): ConfigProblem[] {
  return config.aggregators.flatMap(({ subscribe = [], image }, i) => {
    const { named, hasStreamsOff } = findLdmsd(config, "ldms-agg", image);
    if (hasStreamsOff) return [];
    return subscribe.flatMap(({ message }, j) => {
      if (message === undefined) return [];
      return [
        { path: `aggregators[${i}].subscribe[${j}].message`, message: `the ldmsd ${named} has streams only: \`${message}\``, help: NEWER },
      ];
    });
  });
}

/** On both sides: who advertises, and who lets it in. */
export function checkAdvertising(config: ClusterConfig, groups: readonly DaemonGroup[]): ConfigProblem[] {
  return groups.flatMap((group) => {
    const { path, advertises, isExternal, given } = group;
    const isListening = listBelow(group, groups).some((part) => part.group.advertises);
    const { named, canAdvertise } = findLdmsd(config, imageAt(path), given.image);
    if (canAdvertise || isExternal || !(advertises || isListening)) return [];
    const help = "take images of 4.4.5 or later";
    return [
      ...(advertises ? [{ path: `${path}.discovery`, message: `the ldmsd ${named} cannot dial an aggregator: \`advertise\``, help }] : []),
      ...(isListening ? [{ path, message: `the ldmsd ${named} accepts no daemon that advertises`, help }] : []),
    ];
  });
}

/** Its ldms_cfg.yaml has plugins by their names, and settings as a map. */
function checkGrammarA(config: ClusterConfig): ConfigProblem[] {
  const { aggregators } = config;
  if (writtenGrammar(config) !== "A") return [];
  const help = "maestro: { grammar: C }, or leave `maestro` out";
  const cannot = (path: string, what: string): ConfigProblem => ({
    path,
    message: `grammar \`A\` of maestro cannot express ${what}`,
    help,
  });
  const bare = (path: string, settings: Readonly<Record<string, unknown>>) =>
    Object.entries(settings).flatMap(([key, value]) => (value === null ? [cannot(`${path}.config.${key}`, "a word without a value")] : []));
  return [
    // It asks before it has added the producers.
    ...aggregators.flatMap(({ subscribe = [] }, i) =>
      subscribe.length ? [cannot(`aggregators[${i}].subscribe`, "what producers are asked for")] : [],
    ),
    ...listPlugins(config, listStarted(config)).flatMap(({ path, entry: plugin }) => [
      ...(instanceOf(plugin) === plugin.name ? [] : [cannot(`${path}.instance`, "an instance")]),
      ...bare(path, plugin.config),
    ]),
    ...listStores(config).flatMap(({ path, entry: store }) => [
      ...bare(path, store.config),
      ...(store.decomposition === undefined ? [] : [cannot(`${path}.decomposition`, "a decomposition")]),
      ...(store.stream === undefined ? [] : [cannot(`${path}.stream`, "a store without a storage policy")]),
    ]),
  ];
}
