import type { ClusterConfig, StoreConfig } from "../config/config";
import { Name } from "../config/scalars";
import { renderValue } from "../config/wording";
import type { ConfigProblem } from "../problems/errors";
import { STORE_FLATFILE } from "../stores/flatfile";
import type { StoreKind } from "../stores/kind";
import { findStoreKind, STORE_KINDS } from "../stores/kinds";

/** Where the problem is within the store's entry. */
type FormProblem = Omit<ConfigProblem, "path"> & { readonly key: keyof StoreConfig | "config.decomposition" };

/** Each store has the keys that its kind takes; a plugin of which nothing is known has what ldmsd takes. */
export function checkStoreForms({ aggregators }: ClusterConfig): ConfigProblem[] {
  return aggregators.flatMap(({ stores }, i) => [
    ...stores.flatMap((store, j) =>
      checkForm(store).map(({ key, ...problem }) => ({ path: `aggregators[${i}].stores[${j}].${key}`, ...problem })),
    ),
    ...checkFlatfiles(`aggregators[${i}].stores`, stores),
  ]);
}

/** @see ldms-store_flatfile(7), NOTES */
const MOST_FLATFILES = 20;

function checkFlatfiles(path: string, stores: readonly StoreConfig[]): ConfigProblem[] {
  const count = stores.filter(({ plugin }) => plugin === STORE_FLATFILE.plugin).length;
  if (count <= MOST_FLATFILES) return [];
  const help = "keep some of them on another aggregator, or take `store_csv`";
  return [{ path, message: `has more of \`${STORE_FLATFILE.plugin}\` than the ${MOST_FLATFILES} that a daemon can have: ${count}`, help }];
}

function checkForm(store: StoreConfig): FormProblem[] {
  const kind = findStoreKind(store.plugin);
  if (kind?.isFedByStreams) return [...missing(store, "stream", "path", "hostPath"), ...checkStreamStore(store)];
  if (kind === undefined && store.own && store.stream !== undefined) return [...checkFreePlace(store), ...checkStreamStore(store)];
  const place = kind === undefined ? checkFreePlace(store) : kind.place === "folder" ? checkFolderPlace(store) : checkBrokers(store);
  return [...place, ...checkSelection(store), ...checkDecomposing(store, kind), ...checkOwnKeys(store, kind)];
}

/** It takes what comes on its stream, and is no storage policy's. */
function checkStreamStore(store: StoreConfig): FormProblem[] {
  const keys = ["schema", "regex", "brokers", "decomposition", "flush", "rollover", "headers"] as const;
  const strange = keys.filter((key) => store[key] !== undefined);
  return [
    ...(store.plugin === "stream_csv_store" ? missing(store, "container") : []),
    ...strange.map((key) => ({
      key,
      message: `\`${store.plugin}\` stores a whole stream, and has no such key: ${renderValue(store[key])}`,
      help: "leave it out",
    })),
  ];
}

function missing(store: StoreConfig, ...keys: readonly (keyof StoreConfig)[]): FormProblem[] {
  return keys.filter((key) => store[key] === undefined).map((key) => ({ key, message: "is missing" }));
}

/** @param plugins that take the key */
function notFor(store: StoreConfig, key: keyof StoreConfig, plugins: readonly string[]): FormProblem[] {
  if (store[key] === undefined) return [];
  return [{ key, message: `is for ${plugins.map((name) => `\`${name}\``).join(" and ")}, not for \`${store.plugin}\`` }];
}

const OF_BROKERS = STORE_KINDS.filter(({ place }) => place === "brokers").map(({ plugin }) => plugin);

function checkFolderPlace(store: StoreConfig): FormProblem[] {
  const { container } = store;
  // It is a folder's name.
  const form = container === undefined ? undefined : Name.safeParse(container).error?.issues[0]?.message;
  return [
    ...missing(store, "container", "path", "hostPath"),
    ...(form === undefined ? [] : [{ key: "container" as const, message: `${form}: ${renderValue(container)}` }]),
    ...notFor(store, "brokers", OF_BROKERS),
  ];
}

function checkBrokers(store: StoreConfig): FormProblem[] {
  const { plugin, container, brokers, config } = store;
  const place = (["path", "hostPath"] as const).filter((key) => store[key] !== undefined);
  const named = container === undefined ? [] : container.split(",");
  return [
    ...place.map((key) => ({ key, message: `\`${plugin}\` has no folder: ${renderValue(store[key])}`, help: "leave it out" })),
    ...(container === undefined
      ? []
      : [
          {
            key: "container" as const,
            message: `\`${plugin}\` has brokers instead: ${renderValue(container)}`,
            help: `brokers: [${named.join(", ")}]`,
          },
        ]),
    // librdkafka's own file may name them.
    ...(brokers === undefined && container === undefined && config["kafka_conf"] === undefined ? missing(store, "brokers") : []),
  ];
}

function checkFreePlace(store: StoreConfig): FormProblem[] {
  const isHalf = (store.path === undefined) !== (store.hostPath === undefined);
  return [...(isHalf ? missing(store, "path", "hostPath") : []), ...notFor(store, "brokers", OF_BROKERS)];
}

function checkSelection(store: StoreConfig): FormProblem[] {
  const { schema, regex, decomposition } = store;
  if (regex === undefined) return missing(store, "schema");
  if (schema !== undefined)
    return [{ key: "regex", message: `excludes \`schema\`: ${renderValue(regex)}`, help: "leave one of the two out" }];
  if (decomposition === undefined) {
    const help = "decomposition: FILE, for example of `type` `as_is`";
    return [{ key: "regex", message: `needs a decomposition, or ldmsd ends: ${renderValue(regex)}`, help }];
  }
  try {
    new RegExp(regex);
    return [];
  } catch {
    return [{ key: "regex", message: `is no regular expression: ${renderValue(regex)}` }];
  }
}

function checkDecomposing(store: StoreConfig, kind: StoreKind | undefined): FormProblem[] {
  const { plugin, decomposition, flush, config } = store;
  const problems: FormProblem[] = [];
  if (config["decomposition"] !== undefined) {
    const message = `is not read there by ldmsd: ${renderValue(config["decomposition"])}`;
    problems.push({ key: "config.decomposition", message, help: "`decomposition` of the store itself, a JSON file beside the stack file" });
  }
  if (decomposition === undefined) {
    if (kind?.decomposes === "must")
      problems.push({ key: "decomposition", message: `is missing: \`${plugin}\` takes rows, which a decomposition makes of sets` });
    return problems;
  }
  if (kind?.decomposes === "never")
    problems.push({ key: "decomposition", message: `\`${plugin}\` takes no rows: ${renderValue(decomposition)}`, help: "leave it out" });
  if (plugin === "store_csv" && flush !== undefined) {
    problems.push({ key: "flush", message: `does nothing for rows of a decomposition: \`${flush}\``, help: "config: { buffer: 0 }" });
  }
  return problems;
}

function checkOwnKeys(store: StoreConfig, kind: StoreKind | undefined): FormProblem[] {
  const keys = ["rollover", "headers", "stream"] as const;
  return keys.flatMap((key) =>
    kind?.ownKeys.includes(key)
      ? []
      : notFor(
          store,
          key,
          STORE_KINDS.filter(({ ownKeys }) => ownKeys.includes(key)).map(({ plugin }) => plugin),
        ),
  );
}
