import { expandHostlist } from "../hostlist/hostlist";
import { pairDaemons } from "../maestro/pair-daemons";
import { parseYaml } from "../yaml/yaml";
import type { StoreOfDaemons, Topology } from "./topology-facts";

interface Entry {
  readonly [key: string]: unknown;
}

function readList(value: unknown): Entry[] {
  const items = Array.isArray(value) ? value : typeof value === "object" && value !== null ? Object.values(value) : [];
  return items.filter((item): item is Entry => typeof item === "object" && item !== null);
}

function readNames(value: unknown): string[] {
  try {
    return typeof value === "string" ? expandHostlist(value) : [];
  } catch {
    return [];
  }
}

/** What maestro's ldms_cfg.yaml says, in either grammar; undefined where it is no YAML. */
export function parseTopology(text: string): Topology | undefined {
  let document: Entry;
  try {
    document = parseYaml(text, "python") as Entry;
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const daemons = new Map(readList(document["daemons"]).flatMap(readDaemons));
  return {
    isFromMaestro: true,
    daemons,
    aggregators: readList(document["aggregators"]).map((entry) => ({
      daemons: readNames(entry["daemons"]),
      pulls: readList(entry["peers"]).flatMap((peer) => readNames(peer["daemons"])),
    })),
    stores: readList(document["stores"]).map((store) => readStore(store, document["plugins"])),
  };
}

function readDaemons({ names, hosts, endpoints }: Entry): [string, { readonly host: string; readonly port: number }][] {
  const ports = readNames(String(readList(endpoints)[0]?.["ports"] ?? ""));
  return pairDaemons(readNames(names), readNames(hosts), ports).map(({ name, ...place }) => [name, place]);
}

/** The plugin stands in the store, or in a map of its own under the name that the store gives. */
function readStore({ daemons, plugin, container }: Entry, plugins: unknown): StoreOfDaemons {
  const instance = typeof plugin === "string" ? (plugins as Entry | undefined)?.[plugin] : plugin;
  const name = typeof instance === "object" && instance !== null ? (instance as Entry)["name"] : plugin;
  return { daemons: readNames(daemons), plugin: String(name), container: String(container) };
}
