import { readLines } from "../ldmsd/conf-line";
import { CONF_IN_CONTAINER } from "../ldmsd/conf-path";
import { isSamePath, resolvePath } from "../text/host-path";
import { findDialPattern } from "./dial-pattern";
import type { ContainerFacts } from "./facts";
import { readTransports } from "./listeners";
import { isLdmsd } from "./roles";
import type { StackFacts, StoreOfDaemons, Topology } from "./topology-facts";

/** An ldmsd with what its own file says. */
export interface Conf {
  readonly container: ContainerFacts;
  readonly lines: ReturnType<typeof readLines>;
}

export function readConfs({ containers, files }: StackFacts): Conf[] {
  const texts = new Map(files.flatMap(({ host, path, text }) => (text === undefined ? [] : [[`${host} ${path}`, text] as const])));
  // The samplers of a group have one text.
  const linesOf = new Map<string, Conf["lines"]>();
  const read = (text: string) => {
    const lines = linesOf.get(text) ?? readLines(text);
    linesOf.set(text, lines);
    return lines;
  };
  return containers.filter(isLdmsd).flatMap((container) => {
    const source = container.mounts.find(({ target }) => isSamePath(target, CONF_IN_CONTAINER))?.source;
    const text = source === undefined ? undefined : texts.get(`${container.host} ${resolvePath(source)}`);
    return text === undefined ? [] : [{ container, lines: read(text) }];
  });
}

export function storesOfConf({ lines }: Conf, daemon: string): StoreOfDaemons[] {
  const pluginOf = new Map(lines.filter(({ verb }) => verb === "load").map(({ attributes: { name, plugin } }) => [name, plugin ?? name]));
  return lines
    .filter(({ verb }) => verb === "strgp_add")
    .map(({ attributes: { plugin = "", container = "" } }) => ({ daemons: [daemon], plugin: pluginOf.get(plugin) ?? plugin, container }));
}

/** Without maestro every daemon is known by its own argv, and an aggregator's pulls by its file. */
export function fromConfs({ containers }: StackFacts, confs: readonly Conf[]): Topology | undefined {
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
export function ownName({ name, env, host }: ContainerFacts): string {
  return `${name}-${env["COMPID"] ?? host}`;
}
