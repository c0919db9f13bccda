import { expandHostlist } from "../hostlist/hostlist";
import { type PairedDaemon, pairDaemons } from "../maestro/pair-daemons";
import { groupBy } from "../text/group-by";
import { parseYaml } from "../yaml/yaml";
import { type Advertiser, listAdvertised } from "./advertised";
import { findDialPattern } from "./dial-pattern";
import { readMicroseconds } from "./sets-and-updaters";
import type { DaemonPlace, StoreOfDaemons, Topology, UpdaterFacts } from "./topology-facts";

interface Entry {
  readonly [key: string]: unknown;
}

function isMap(value: unknown): value is Entry {
  return typeof value === "object" && value !== null;
}

function readList(value: unknown): Entry[] {
  const items = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  return items.filter(isMap);
}

function readNames(value: unknown): string[] {
  try {
    return typeof value === "string" ? expandHostlist(value) : [];
  } catch {
    return [];
  }
}

/** What maestro's ldms_cfg.yaml says, in any grammar; undefined where it is no YAML. @param hosts of the stack's daemons, as they call themselves */
export function parseTopology(text: string, hosts: readonly string[]): Topology | undefined {
  let document: Entry;
  try {
    document = parseYaml(text, "python") as Entry;
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const daemons = joinPlaces(readList(document["daemons"]).flatMap(readEndpoints));
  const advertisers = readAdvertisers(document, daemons, hosts);
  return {
    isFromMaestro: true,
    daemons,
    aggregators: readList(document["aggregators"]).map((entry) => {
      const names = readNames(entry["daemons"]);
      const peers = readList(entry["peers"]).flatMap((peer) => readNames(peer["daemons"]));
      const places = names.flatMap((name) => [daemons.get(name) ?? [], daemons.get(name)?.further ?? []].flat());
      const pulls = [...peers, ...readAdvertised(entry, places, advertisers)];
      return { daemons: names, pulls, updaters: [...readList(entry["peers"]), ...readList(entry["prdcr_listen"])].flatMap(readUpdaters) };
    }),
    stores: readList(document["stores"]).map((store) => readStore(store, document["plugins"])),
  };
}

function readEndpoints({ names, hosts, endpoints }: Entry): PairedDaemon[] {
  return readList(endpoints).flatMap((endpoint) =>
    pairDaemons(readNames(names), readNames(endpoint["hosts"] ?? hosts), readNames(String(endpoint["ports"] ?? ""))),
  );
}

/** A daemon is known by its first endpoint, and can be dialled at the others too. */
function joinPlaces(endpoints: readonly PairedDaemon[]): Topology["daemons"] {
  const places = groupBy(endpoints, ({ name }) => name);
  return new Map(
    [...places].map(([name, [first, ...others]]): [string, DaemonPlace] => {
      const { host, port } = first!;
      return [name, { host, port, ...(others.length && { further: others.map((one) => ({ host: one.host, port: one.port })) }) }];
    }),
  );
}

interface NamedHost {
  readonly name: string;
  readonly hostname: string;
}

/** Who dials in: samplers or aggregators with `advertise`. ldmsd says the name that its host has, which need not be the one that is dialled. */
function readAdvertisers(document: Entry, daemons: Topology["daemons"], hosts: readonly string[]): Advertiser<NamedHost>[] {
  const entries = [...readList(document["samplers"]), ...readList(document["aggregators"])].filter(({ advertise }) => isMap(advertise));
  if (entries.length === 0) return [];
  const [before, after] = findDialPattern(
    hosts,
    [...daemons.values()].map(({ host }) => host),
  );
  const known = new Set(hosts);
  const hostnameOf = (dialled: string) => {
    const host = dialled.slice(before.length, dialled.length - after.length);
    return known.has(host) ? host : dialled;
  };
  return entries.map((entry) => {
    const to = entry["advertise"] as Entry;
    const named = readNames(entry["daemons"]).map((name) => ({ name, hostname: hostnameOf(daemons.get(name)?.host ?? name) }));
    return { daemons: named, hosts: readNames(to["hosts"]), port: Number(to["port"]) };
  });
}

function readAdvertised(entry: Entry, places: readonly DaemonPlace[], advertisers: readonly Advertiser<NamedHost>[]): string[] {
  const listeners = readList(entry["prdcr_listen"]).map(({ regex }) => ({ regex: typeof regex === "string" ? regex : undefined }));
  return listAdvertised(places, listeners, advertisers).map(({ name }) => name);
}

/** By grammar C maestro does not select sets. */
function readUpdaters({ updaters }: Entry): UpdaterFacts[] {
  return readList(updaters).map(({ interval, mode }) => {
    const isPaced = typeof mode === "string" && !["pull", "static"].includes(mode);
    return { intervalUs: readMicroseconds(String(interval)), isPaced, selections: [] };
  });
}

/** The plugin stands in the store, or in a map of its own under the name that the store gives. */
function readStore({ daemons, plugin, container }: Entry, plugins: unknown): StoreOfDaemons {
  const instance = typeof plugin === "string" ? (plugins as Entry | undefined)?.[plugin] : plugin;
  const name = typeof instance === "object" && instance !== null ? (instance as Entry)["name"] : plugin;
  return { daemons: readNames(daemons), plugin: String(name), container: String(container) };
}
