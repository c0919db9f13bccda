import type { ClusterConfig } from "../config/config";
import { ROLES } from "../containers/roles";
import { listBelow } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { dialDaemon } from "../daemons/dial";
import { nameSlot } from "../daemons/slots";
import { expandHostlist, foldHosts } from "../hostlist/hostlist";
import type { ConfigProblem } from "../problems/errors";
import { collide, type Listener } from "../rules/listeners";
import { DSOSD_CONTAINER } from "../stores/storage";

/** A container of the stack as the file speaks of it. */
interface ConfiguredContainer {
  readonly path: string;
  readonly container: string;
  readonly hosts: readonly string[];
  readonly listeners: readonly NamedListener[];
}

/** `ldmsd`, `etcd` */
type NamedListener = Listener & { readonly program: string };

const ETCD: readonly NamedListener[] = ROLES.maestro.fixedPorts.map((port) => ({ port, program: "etcd" }));
/** dsosd registers with the host's portmapper. */
const RPCBIND: NamedListener = { port: 111, program: "rpcbind" };

function listContainers(config: ClusterConfig): ConfiguredContainer[] {
  const { ports, maestro, ui, grafana } = config;
  const groups = [
    ...config.samplers.map((group, i) => ({
      ...group,
      path: `samplers[${i}]`,
      container: group.external ? `samplers[${i}]` : group.container,
      perHost: 1,
      hasDsosd: false,
    })),
    ...config.aggregators.map((group, i) => ({
      ...group,
      path: `aggregators[${i}]`,
      container: group.container ?? group.name,
      perHost: group.perHost ?? 1,
      hasDsosd: group.dsosd !== false,
    })),
  ];
  return [
    ...groups.flatMap(({ path, container, hosts, port, perHost, listeners: further = [], hasDsosd }) => {
      const names = expandHostlist(hosts);
      const own = [port ?? ports.ldmsd, ...further.map((one) => one.port)];
      const daemons = Array.from({ length: perHost }, (_, slot) => {
        const listeners = own.map((one) => ({ port: one + slot, program: "ldmsd" }));
        return { path, container: nameSlot(container, slot), hosts: names, listeners };
      });
      return hasDsosd ? [...daemons, { path: `${path}.dsosd`, container: DSOSD_CONTAINER, hosts: names, listeners: [RPCBIND] }] : daemons;
    }),
    ...(maestro ? [service("maestro", maestro.host, ETCD)] : []),
    ...(ui ? [service("ui", ui.host, [{ port: ui.port ?? ports.ui, program: "ui", address: ui.address }])] : []),
    ...(grafana
      ? [service("grafana", grafana.host, [{ port: grafana.port ?? ports.grafana, program: "grafana", address: grafana.address }])]
      : []),
  ];
}

function service(name: string, host: string, listeners: readonly NamedListener[]): ConfiguredContainer {
  return { path: name, container: name, hosts: expandHostlist(host), listeners };
}

/** A host has one container of a name. */
export function checkContainers(config: ClusterConfig): ConfigProblem[] {
  return pairs(listContainers(config)).flatMap(([first, second]) => {
    const shared = first.container === second.container ? sharedHosts(first, second) : [];
    if (shared.length === 0) return [];
    const message = `container \`${second.container}\` on \`${foldHosts(shared)}\` is already made by ${first.path}`;
    const isDsosd = second.container === DSOSD_CONTAINER;
    return [
      {
        path: second.path,
        message,
        help: isDsosd ? "a host runs one dsosd" : "give one of the two another `container`, and another `port`",
      },
    ];
  });
}

/** A port of a host has one listener. */
export function checkListeners(config: ClusterConfig): ConfigProblem[] {
  return pairs(listContainers(config)).flatMap(([first, second]) => {
    const shared = sharedHosts(first, second);
    // One name for both is one problem, not two.
    if (shared.length === 0 || first.container === second.container) return [];
    return first.listeners.flatMap((a) =>
      second.listeners
        .filter((b) => collide(a, b))
        .map((b) => ({
          path: second.path,
          message: `port ${b.port} of \`${foldHosts(shared)}\` is taken by ${first.path} (${a.program})`,
          help: "give one of the two another port",
        })),
    );
  });
}

function sharedHosts(a: ConfiguredContainer, b: ConfiguredContainer): string[] {
  const hosts = new Set(a.hosts);
  return b.hosts.filter((host) => hosts.has(host));
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((second, i) => items.slice(0, i).map((first): [T, T] => [first, second]));
}

/** Who pulls has to show a credential to daemons that want one, and has a munged only where its own mode gives it one. */
export function checkPeers(groups: readonly DaemonGroup[]): ConfigProblem[] {
  return groups.flatMap((group) => {
    const isWanting = (below: DaemonGroup) => dialDaemon(group, { group: below, index: 0 }).auth === "munge";
    const below = listBelow(group, groups).map((part) => part.group);
    const wanting = below.filter((one) => !one.advertises && isWanting(one));
    if (authOf(group) === "munge")
      return below.filter((one) => one.advertises && one.munge === "none").map((one) => tellAdvertiser(one, group));
    if (group.munge !== "none" || wanting.length === 0) return [];
    const names = wanting.map(({ name }) => `\`${name}\``).join(", ");
    return [
      {
        path: `${group.path}.munge`,
        message: `pulls from ${names}, which accepts only munge: \`none\``,
        help: group.aggregator?.munge === undefined ? "munge: host" : "leave `munge` of the aggregator out",
      },
    ];
  });
}

function tellAdvertiser({ path }: DaemonGroup, { name }: DaemonGroup): ConfigProblem {
  const message = `advertises to \`${name}\`, which accepts only munge: \`none\``;
  return { path: `${path}.munge`, message, help: "leave `munge` of the group out" };
}

/** Each level has the one below it to pull from, and names only what that has. */
export function checkLevels({ aggregators }: ClusterConfig): ConfigProblem[] {
  const levels = new Set(aggregators.map(({ level }) => level));
  return aggregators.flatMap(({ level, ...entry }, i) => {
    const path = `aggregators[${i}]`;
    const message = `there is no aggregator of level ${level - 1} to pull from: ${level}`;
    const isLost = level > 1 && !levels.has(level - 1);
    const help = level === 2 ? "an aggregator that pulls from samplers is of level 1" : "levels go up by one";
    const [foreign, own] = level === 1 ? (["aggregators", "samplers"] as const) : (["samplers", "aggregators"] as const);
    return [
      ...(isLost ? [{ path: `${path}.level`, message, help }] : []),
      ...(entry[foreign]
        ? [{ path: `${path}.${foreign}`, message: `is not what an aggregator of level ${level} pulls`, help: `name them by \`${own}\`` }]
        : []),
    ];
  });
}
