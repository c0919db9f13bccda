import { readLines } from "../ldmsd/conf-line";
import { CONF_IN_CONTAINER } from "../ldmsd/conf-path";
import { findStoreKind } from "../stores/kinds";
import { groupBy } from "../text/group-by";
import { isSamePath } from "../text/host-path";
import { onceFor } from "../text/once-for";
import { type Advertiser, listAdvertised } from "./advertised";
import { findDialPattern } from "./dial-pattern";
import type { ContainerFacts } from "./facts";
import { type Listener, readTransports } from "./listeners";
import { isLdmsd } from "./role-of-container";
import { updatersOfConf } from "./sets-and-updaters";
import { findFile } from "./stack-files";
import type { StackFacts, StoreOfDaemons, Topology } from "./topology-facts";

/** An ldmsd with what its own file says. */
export interface Conf {
  readonly container: ContainerFacts;
  readonly lines: ReturnType<typeof readLines>;
}

export const readConfs = onceFor((stack: StackFacts): readonly Conf[] => {
  // The samplers of a group have one text.
  const linesOf = new Map<string, Conf["lines"]>();
  const read = (text: string) => {
    const lines = linesOf.get(text) ?? readLines(text);
    linesOf.set(text, lines);
    return lines;
  };
  return stack.containers.filter(isLdmsd).flatMap((container) => {
    const source = container.mounts.find(({ target }) => isSamePath(target, CONF_IN_CONTAINER))?.source;
    const text = source === undefined ? undefined : findFile(stack, container.host, source)?.text;
    return text === undefined ? [] : [{ container, lines: read(text) }];
  });
});

/** The plugins that a daemon loads, by their own names. */
export const loadedPlugins = onceFor((lines: Conf["lines"]): readonly string[] =>
  lines.flatMap(({ verb, attributes: { name = "", plugin = name } }) => (verb === "load" ? [plugin] : [])),
);

export function storesOfConf({ container, lines }: Conf, nameOf: (container: ContainerFacts) => string): StoreOfDaemons[] {
  return storesOfLines(lines).map((store) => ({ daemons: [nameOf(container)], ...store }));
}

const storesOfLines = onceFor((lines: Conf["lines"]): readonly Omit<StoreOfDaemons, "daemons">[] => {
  const pluginOf = new Map(lines.filter(({ verb }) => verb === "load").map(({ attributes: { name, plugin } }) => [name, plugin ?? name]));
  const policies = lines.filter(({ verb }) => verb === "strgp_add");
  const ofStreams = [...pluginOf.values()].filter((plugin) => findStoreKind(plugin ?? "")?.isFedByStreams);
  return [
    ...policies.map(({ attributes: { plugin = "", container = "" } }) => ({ plugin: pluginOf.get(plugin) ?? plugin, container })),
    // They need no policy.
    ...ofStreams.map((plugin = "") => ({ plugin, container: "" })),
  ];
});

/** Its `listen` lines, beside the ports in its argv. */
export function listenersOfConf({ lines }: Conf): readonly Listener[] {
  return listenersOfLines(lines);
}

const listenersOfLines = onceFor((lines: Conf["lines"]): readonly Listener[] =>
  lines.flatMap(({ verb, attributes: { port, host } }) => (verb === "listen" ? { port: Number(port), address: host } : [])),
);

/** Without maestro every daemon is known by its own argv, and an aggregator's pulls by its file. */
export function fromConfs({ containers }: StackFacts, confs: readonly Conf[]): Topology | undefined {
  const producers = confs.map(({ container, lines }) => ({ container, lines, pulled: lines.filter(({ verb }) => verb === "prdcr_add") }));
  if (!confs.some(({ lines }) => lines.some(({ verb }) => verb === "prdcr_add" || verb === "prdcr_listen_add"))) return undefined;
  const ldmsds = listLdmsds(containers, confs);
  const dialled = confs.flatMap(({ lines }) =>
    lines.flatMap(({ verb, attributes: { host = "", port = "" } }) => (DIALLING.includes(verb) ? { host, port } : [])),
  );
  const nameAt = nameDialled(ldmsds, dialled);
  const advertisers = listAdvertisers(confs);
  const [before, after] = findDialPattern(
    ldmsds.map(({ host }) => host),
    dialled.map(({ host }) => host),
  );
  return {
    isFromMaestro: false,
    daemons: new Map(ldmsds.map(({ name, host, ports }) => [name, { host: `${before}${host}${after}`, port: ports[0] ?? 0 }])),
    stores: [],
    aggregators: producers
      .filter(({ container, pulled }) => pulled.length > 0 || container.role === "aggregator")
      .map(({ container, lines, pulled }) => ({
        daemons: [ownName(container)],
        updaters: updatersOfConf(lines),
        pulls: [
          ...pulled.map(({ attributes: { name = "", host, port } }) => nameAt.get(`${host}:${port}`) ?? name),
          ...advertisedTo(ownName(container), lines, advertisers, nameAt),
        ],
      })),
  };
}

const DIALLING = ["prdcr_add", "advertiser_add"];

type ConfAdvertiser = Advertiser<{ readonly name: string; readonly hostname: string }>;

/** Who dials in where. */
function listAdvertisers(confs: readonly Conf[]): ConfAdvertiser[] {
  const lines = confs.flatMap(({ container, lines: all }) =>
    all.flatMap(({ verb, attributes: { host = "", port = "" } }) =>
      verb === "advertiser_add" ? { host, port, daemon: { name: ownName(container), hostname: container.host } } : [],
    ),
  );
  return [...groupBy(lines, ({ host, port }) => `${host}:${port}`).values()].map((all) => {
    return { daemons: all.map(({ daemon }) => daemon), hosts: [all[0]!.host], port: Number(all[0]!.port) };
  });
}

/** Of those the ones that a daemon lets in. */
function advertisedTo(
  own: string,
  lines: Conf["lines"],
  advertisers: readonly ConfAdvertiser[],
  nameAt: ReadonlyMap<string, string>,
): string[] {
  const listeners = lines.flatMap(({ verb, attributes: { regex } }) => (verb === "prdcr_listen_add" ? { regex } : []));
  if (listeners.length === 0) return [];
  const reached = advertisers.filter(({ hosts, port }) => nameAt.get(`${hosts[0]}:${port}`) === own);
  const places = reached.map(({ hosts, port }) => ({ host: hosts[0]!, port }));
  return listAdvertised(places, listeners, reached).map(({ name }) => name);
}

interface Ldmsd {
  readonly name: string;
  readonly host: string;
  readonly ports: readonly number[];
}

function listLdmsds(containers: readonly ContainerFacts[], confs: readonly Conf[]): Ldmsd[] {
  const further = new Map(confs.map((conf) => [conf.container, listenersOfConf(conf).map(({ port }) => port)]));
  return containers.filter(isLdmsd).map((container) => {
    const own = readTransports(container.argv).map(({ port }) => port);
    return { name: ownName(container), host: container.host, ports: [...own, ...(further.get(container) ?? [])] };
  });
}

/** Who is dialled at `cygnus-01-iw:411`. A host may have another name on another network. */
function nameDialled(
  ldmsds: readonly Ldmsd[],
  dialled: readonly { readonly host: string; readonly port: string }[],
): ReadonlyMap<string, string> {
  const nameAt = new Map<string, string>();
  const hosts = ldmsds.map(({ host }) => host);
  for (let left = dialled; left.length > 0; ) {
    const [before, after] = findDialPattern(
      hosts,
      left.map(({ host }) => host),
    );
    for (const { name, host, ports } of ldmsds) for (const port of ports) nameAt.set(`${before}${host}${after}:${port}`, name);
    const rest = left.filter(({ host, port }) => !nameAt.has(`${host}:${port}`));
    if (rest.length === left.length) break;
    left = rest;
  }
  return nameAt;
}

/** `samp-1` */
export function ownName({ name, env, host }: ContainerFacts): string {
  return `${name}-${env["COMPID"] ?? host}`;
}
