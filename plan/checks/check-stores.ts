import type { AggregatorConfig, ClusterConfig, StoreConfig } from "../config/config";
import type { ConfigProblem } from "../problems/errors";
import { containerOf } from "../stores/attributes";
import { isServedByDsosd, STORE_KINDS } from "../stores/kinds";
import { hasFolder, storeFolder } from "../stores/storage";

interface StorePlace {
  readonly path: string;
  readonly store: StoreConfig;
}

function placesOf({ stores }: AggregatorConfig, index: number): StorePlace[] {
  return stores.map((store, i) => ({ path: `aggregators[${index}].stores[${i}]`, store }));
}

export function checkStores({ aggregators }: ClusterConfig): ConfigProblem[] {
  const all = aggregators.flatMap(placesOf);
  return [
    ...repeated(all, ({ name }) => name).map(({ path, store, first }) => ({
      path: `${path}.name`,
      message: `is already the name of ${first}: \`${store.name}\``,
    })),
    ...aggregators.flatMap((aggregator, i) => checkTogether(placesOf(aggregator, i))),
    ...aggregators.flatMap((aggregator, i) => checkServed(aggregator, `aggregators[${i}].dsosd`)),
  ];
}

const SERVED = STORE_KINDS.filter(isServedByDsosd)
  .map(({ plugin }) => `\`${plugin}\``)
  .join(" or ");

/** Stores of one daemon, which share its folders. */
function checkTogether(places: readonly StorePlace[]): ConfigProblem[] {
  const identity = ({ plugin, path, schema, regex, decomposition, ...store }: StoreConfig) =>
    JSON.stringify([plugin, path, containerOf(store), schema, regex, decomposition]);
  return [
    ...repeated(places, identity).map(({ path, store, first }) => ({
      path,
      message: `stores schema \`${store.schema ?? store.regex}\` in container \`${containerOf(store)}\` as ${first} does: every row twice`,
    })),
    ...repeated(
      places.filter(({ store }) => hasFolder(store)),
      ({ path }) => path ?? "",
    )
      .filter(({ store, firstStore }) => store.hostPath !== firstStore.hostPath)
      .map(({ path, store, first }) => ({
        path: `${path}.hostPath`,
        message: `another folder of the host is at \`${store.path}\` by ${first}: \`${store.hostPath}\``,
      })),
  ];
}

/** Those whose key an earlier one has. */
function repeated(places: readonly StorePlace[], keyOf: (store: StoreConfig) => string) {
  return places.flatMap((place, i) => {
    const first = places.slice(0, i).find(({ store }) => keyOf(store) === keyOf(place.store));
    return first ? [{ ...place, first: first.path, firstStore: first.store }] : [];
  });
}

/** dsosd knows a container by its name alone. */
function checkServed({ stores, dsosd }: AggregatorConfig, path: string): ConfigProblem[] {
  if (dsosd === false) return [];
  const extra = typeof dsosd === "object" ? Object.entries(dsosd.containers) : [];
  const kept = stores.filter(hasFolder).filter(isServedByDsosd);
  const served = [...kept.map((store): [string, string] => [store.container ?? "", storeFolder(store)]), ...extra];
  if (served.length === 0)
    return [{ path, message: "has no container to serve", help: `give the aggregator a store of ${SERVED}, or name \`containers\`` }];
  const folders = new Map<string, string>();
  return served.flatMap(([name, folder]) => {
    const other = folders.get(name) ?? folder;
    folders.set(name, folder);
    return other === folder ? [] : [{ path, message: `container \`${name}\` is at two places: \`${other}\`, \`${folder}\`` }];
  });
}
