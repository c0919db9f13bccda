import type { AggregatorConfig, ClusterConfig } from "../config/config";
import { listPlugins, listStores } from "../config/entries";
import { renderValue } from "../config/wording";
import { configurationOf } from "../ldmsd/store-conf";
import { findPlugin } from "../plugins/plugins";
import type { ConfigProblem } from "../problems/errors";
import { takenAttributes } from "../stores/attributes";
import { checkSettings, checkValue, checkVariables } from "./check-settings";

/** Who configures the daemons, and what cannot be said to whom. */
export function checkConfigure(config: ClusterConfig): ConfigProblem[] {
  return [
    ...checkChoice(config),
    ...checkSubscriptions(config),
    ...listPlugins(config).flatMap(({ path, entry }) => checkSettings(`${path}.config`, entry.config, [])),
    ...listStores(config).flatMap(({ entry: store, path }) => [
      ...(store.path === undefined ? [] : checkFolder(`${path}.path`, store.path)),
      ...(store.container === undefined ? [] : checkValue(`${path}.container`, store.container)),
      ...(store.regex === undefined ? [] : checkRegex(`${path}.regex`, store.regex)),
      ...checkSettings(`${path}.config`, store.config, takenAttributes(store)),
    ]),
    ...config.aggregators.flatMap((aggregator, i) => checkStorePlugins(aggregator, `aggregators[${i}]`)),
  ];
}

/** Regular expressions of producers, as they stand in ldmsd's file. */
function checkSubscriptions({ aggregators }: ClusterConfig): ConfigProblem[] {
  return aggregators.flatMap(({ subscribe = [] }, i) =>
    subscribe.flatMap(({ regex }, j) => checkRegex(`aggregators[${i}].subscribe[${j}].regex`, regex)),
  );
}

/** The folder is bound by the same text as ldmsd is told. */
function checkFolder(path: string, folder: string): ConfigProblem[] {
  if (!folder.includes("$" + "{")) return checkValue(path, folder);
  return [
    {
      path,
      message: `has a variable, which ldmsd would replace, but the mount would not: ${renderValue(folder)}`,
      help: "write the folder itself",
    },
  ];
}

function checkRegex(path: string, regex: string): ConfigProblem[] {
  return [...checkValue(path, regex), ...checkVariables(path, regex)];
}

function checkChoice({ configure, maestro }: ClusterConfig): ConfigProblem[] {
  if (configure === "maestro" && !maestro) {
    return [{ path: "configure", message: "there is no maestro: `maestro`", help: "maestro: { host: HOST }, or leave `configure` out" }];
  }
  if (configure === "files" && maestro) {
    return [{ path: "configure", message: "leaves maestro nothing to do: `files`", help: "leave `maestro` out, or `configure`" }];
  }
  return [];
}

/** ldmsd says an error of a second instance and goes on without it. */
function checkStorePlugins({ stores }: AggregatorConfig, path: string): ConfigProblem[] {
  return stores.flatMap((store, i) => {
    const first = stores.findIndex((one) => one.plugin === store.plugin);
    if (findPlugin(store.plugin)?.isMultiInstance !== false || configurationOf(stores[first]!) === configurationOf(store)) return [];
    return [
      {
        path: `${path}.stores[${i}].plugin`,
        message: `has another configuration in stores[${first}], and a daemon can have only one: \`${store.plugin}\``,
        help: "give both the same `path` and `config`, or keep one of them on another aggregator",
      },
    ];
  });
}
