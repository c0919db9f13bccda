import { parse } from "yaml";
import { expandHostlist } from "../hostlist/hostlist";
import { readLines } from "../ldmsd/conf-line";
import { CONF_IN_CONTAINER } from "../ldmsd/conf-path";
import { findDialPattern } from "./dial-pattern";
import type { ContainerFacts, FileFacts } from "./facts";
import { readTransports } from "./listeners";
import { isLdmsd } from "./roles";

/** Everything of a stack together. */
export interface StackFacts {
  readonly containers: readonly ContainerFacts[];
  readonly files: readonly FileFacts[];
}

/** Who pulls from whom and who stores, as maestro's ldms_cfg.yaml says it, in either grammar, and the daemons' own files; names of daemons. */
export interface Topology {
  /** False: nothing but the daemons' own files says it. */
  readonly isFromMaestro: boolean;
  /** `{ "samp-1": { host: "cygnus-01-iw", port: 411 } }` */
  readonly daemons: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
  readonly aggregators: readonly { readonly daemons: readonly string[]; readonly pulls: readonly string[] }[];
  readonly stores: readonly StoreOfDaemons[];
}

interface StoreOfDaemons {
  readonly daemons: readonly string[];
  readonly plugin: string;
  readonly container: string;
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

/** undefined: the stack has neither an ldms_cfg.yaml at hand that is YAML, nor an aggregator with producers in its own file. */
export function readTopology(stack: StackFacts): Topology | undefined {
  if (!parsed.has(stack)) parsed.set(stack, joinTopology(stack));
  return parsed.get(stack);
}

function joinTopology(stack: StackFacts): Topology | undefined {
  const text = stack.files.find(({ path }) => path.endsWith("/ldms_cfg.yaml"))?.text;
  const confs = readConfs(stack);
  const topology = text === undefined ? fromConfs(stack, confs) : parseTopology(text);
  if (!topology) return undefined;
  const nameOf = nameDaemons(stack, topology);
  return { ...topology, stores: [...topology.stores, ...confs.flatMap((conf) => storesOfConf(conf, nameOf(conf.container)))] };
}

/** An ldmsd with what its own file says. */
interface Conf {
  readonly container: ContainerFacts;
  readonly lines: ReturnType<typeof readLines>;
}

function readConfs({ containers, files }: StackFacts): Conf[] {
  const texts = new Map(files.flatMap(({ host, path, text }) => (text === undefined ? [] : [[`${host} ${path}`, text] as const])));
  return containers.filter(isLdmsd).flatMap((container) => {
    const source = container.mounts.find(({ target }) => target === CONF_IN_CONTAINER)?.source;
    const text = texts.get(`${container.host} ${source}`);
    return text === undefined ? [] : [{ container, lines: readLines(text) }];
  });
}

function storesOfConf({ lines }: Conf, daemon: string): StoreOfDaemons[] {
  const pluginOf = new Map(lines.filter(({ verb }) => verb === "load").map(({ attributes: { name, plugin } }) => [name, plugin ?? name]));
  return lines
    .filter(({ verb }) => verb === "strgp_add")
    .map(({ attributes: { plugin = "", container = "" } }) => ({ daemons: [daemon], plugin: pluginOf.get(plugin) ?? plugin, container }));
}

/** Without maestro every daemon is known by its own argv, and an aggregator's pulls by its file. */
function fromConfs({ containers }: StackFacts, confs: readonly Conf[]): Topology | undefined {
  const producers = confs.map(({ container, lines }) => ({ container, pulled: lines.filter(({ verb }) => verb === "prdcr_add") }));
  if (producers.every(({ pulled }) => pulled.length === 0)) return undefined;
  const dialled = producers.flatMap(({ pulled }) => pulled.map(({ attributes }) => attributes["host"] ?? ""));
  const ldmsds = containers.filter(isLdmsd);
  const [before, after] = findDialPattern(
    ldmsds.map(({ host }) => host),
    dialled,
  );
  const daemons = new Map(
    ldmsds.map((one) => [ownName(one), { host: `${before}${one.host}${after}`, port: readTransports(one.argv)[0]?.port ?? 0 }]),
  );
  const nameAt = new Map([...daemons].map(([name, { host, port }]) => [`${host}:${port}`, name]));
  return {
    isFromMaestro: false,
    daemons,
    stores: [],
    aggregators: producers
      .filter(({ container, pulled }) => pulled.length > 0 || container.role === "aggregator")
      .map(({ container, pulled }) => ({
        daemons: [ownName(container)],
        pulls: pulled.map(({ attributes: { name = "", host, port } }) => nameAt.get(`${host}:${port}`) ?? name),
      })),
  };
}

/** `samp-1` */
function ownName({ name, env, host }: ContainerFacts): string {
  return `${name}-${env["COMPID"] ?? host}`;
}

/** What a topology calls a container: by the place where it is dialled. */
function nameDaemons({ containers }: StackFacts, { daemons }: Topology): (container: ContainerFacts) => string {
  const [before, after] = findDialPattern(
    containers.filter(isLdmsd).map(({ host }) => host),
    [...daemons.values()].map(({ host }) => host),
  );
  const nameAt = new Map([...daemons].map(([name, { host, port }]) => [`${host}:${port}`, name]));
  return (container) => nameAt.get(`${before}${container.host}${after}:${readTransports(container.argv)[0]?.port}`) ?? ownName(container);
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

/** The ldmsd containers that maestro's file does not name, as `cygnus-01:411`. */
export function unnamedDaemons({ containers }: StackFacts, { daemons }: Topology): ContainerFacts[] {
  const ldmsds = containers.filter(isLdmsd);
  const [before, after] = findDialPattern(
    ldmsds.map(({ host }) => host),
    [...daemons.values()].map(({ host }) => host),
  );
  const named = new Set([...daemons.values()].map(({ host, port }) => `${host}:${port}`));
  return ldmsds.filter(({ host, argv }) => !readTransports(argv).some(({ port }) => named.has(`${before}${host}${after}:${port}`)));
}
