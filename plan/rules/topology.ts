import { parse } from "yaml";
import { expandHostlist } from "../hostlist/hostlist";
import type { ContainerFacts, FileFacts } from "./facts";
import { readTransports } from "./listeners";
import { isLdmsd } from "./roles";

/** Everything of a stack together. */
export interface StackFacts {
  readonly containers: readonly ContainerFacts[];
  readonly files: readonly FileFacts[];
}

/** Who pulls from whom and who stores, as maestro's ldms_cfg.yaml says it, in either grammar; names of daemons. */
export interface Topology {
  /** `{ "samp-1": { host: "cygnus-01-iw", port: 411 } }` */
  readonly daemons: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
  readonly aggregators: readonly { readonly daemons: readonly string[]; readonly pulls: readonly string[] }[];
  readonly stores: readonly { readonly daemons: readonly string[]; readonly plugin: string; readonly container: string }[];
  /** Sets that all samplers together have: one a plugin. */
  readonly setCount: number;
}

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

const parsed = new WeakMap<StackFacts, Topology | undefined>();

/** undefined: the stack has no ldms_cfg.yaml at hand, or one that is not YAML. */
export function readTopology(stack: StackFacts): Topology | undefined {
  if (!parsed.has(stack)) {
    const text = stack.files.find(({ path }) => path.endsWith("/ldms_cfg.yaml"))?.text;
    parsed.set(stack, text === undefined ? undefined : parseTopology(text));
  }
  return parsed.get(stack);
}

function parseTopology(text: string): Topology | undefined {
  let document: Entry;
  try {
    document = parse(text, { version: "1.1" }) as Entry;
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const daemons = new Map(readList(document["daemons"]).flatMap(readDaemons));
  const samplers = readList(document["samplers"]);
  return {
    daemons,
    aggregators: readList(document["aggregators"]).map((entry) => ({
      daemons: readNames(entry["daemons"]),
      pulls: readList(entry["peers"]).flatMap((peer) => readNames(peer["daemons"])),
    })),
    stores: readList(document["stores"]).map((store) => readStore(store, document["plugins"])),
    setCount: samplers.reduce(
      (sum, { daemons: names, plugins }) => sum + readNames(names).length * (Array.isArray(plugins) ? plugins.length : 1),
      0,
    ),
  };
}

function readDaemons({ names, hosts, endpoints }: Entry): [string, { readonly host: string; readonly port: number }][] {
  const all = readNames(names);
  const dialled = readNames(hosts);
  const ports = readNames(String(readList(endpoints)[0]?.["ports"] ?? ""));
  const perHost = Math.max(1, Math.floor(all.length / Math.max(1, dialled.length)));
  return all.map((name, i) => [name, { host: dialled[Math.floor(i / perHost)] ?? "", port: Number(ports[i % Math.max(1, ports.length)]) }]);
}

/** The plugin stands in the store, or in a map of its own under the name that the store gives. */
function readStore({ daemons, plugin, container }: Entry, plugins: unknown): Topology["stores"][number] {
  const instance = typeof plugin === "string" ? (plugins as Entry | undefined)?.[plugin] : plugin;
  const name = typeof instance === "object" && instance !== null ? (instance as Entry)["name"] : plugin;
  return { daemons: readNames(daemons), plugin: String(name), container: String(container) };
}

/** `cygnus-01-iw` of `cygnus-01`: what stands around a host's name in the names that daemons dial, told from the first one found. */
function findPattern(hosts: readonly string[], dialled: readonly string[]): readonly [before: string, after: string] {
  for (const host of hosts) {
    const name = dialled.find((candidate) => candidate.includes(host));
    if (name !== undefined) return [name.slice(0, name.indexOf(host)), name.slice(name.indexOf(host) + host.length)];
  }
  return ["", ""];
}

/** The ldmsd containers that maestro's file does not name, as `cygnus-01:411`. */
export function unnamedDaemons({ containers }: StackFacts, { daemons }: Topology): ContainerFacts[] {
  const ldmsds = containers.filter(isLdmsd);
  const [before, after] = findPattern(
    ldmsds.map(({ host }) => host),
    [...daemons.values()].map(({ host }) => host),
  );
  const named = new Set([...daemons.values()].map(({ host, port }) => `${host}:${port}`));
  return ldmsds.filter(({ host, argv }) => !readTransports(argv).some(({ port }) => named.has(`${before}${host}${after}:${port}`)));
}
