import type { AggregatorConfig, ClusterConfig, SamplerConfig } from "../config/config";
import { expandHostlist } from "../hostlist/hostlist";
import { planComponentIds, readComponentIds } from "../hosts/component-ids";
import { interconnectName } from "../hosts/interconnect";
import type { PlannedDaemon } from "../model/daemon";
import type { ConfigProblem } from "../problems/errors";
import { type Given, settleGiven } from "./settle-given";
import { nameSlot, slotOf } from "./slots";

export type MungeMode = ClusterConfig["munge"]["mode"];
export type AuthPlugin = NonNullable<ClusterConfig["auth"]>;
export type PluginConfig = SamplerConfig["plugins"][number];

export interface FurtherListener {
  readonly name?: string;
  readonly xprt: string;
  readonly port: number;
  readonly auth: AuthPlugin;
  /** By the order of the group's hosts. */
  readonly interconnectNames: readonly string[];
}

/** The daemons of one entry of `samplers` or `aggregators`, with every default settled; the lists run in step. */
export interface DaemonGroup {
  /** `aggregators[0]`: where problems point. */
  readonly path: string;
  readonly name: string;
  readonly container: string;
  /** 0 for samplers. */
  readonly level: number;
  /** Daemons on each host: the lists have the first ones of all hosts, then the second ones. */
  readonly perHost: number;
  readonly hosts: readonly string[];
  /** What daemons dial: `cygnus-01-iw`. */
  readonly interconnectNames: readonly string[];
  /** Names as producers and in ldms_cfg.yaml: `samp-1`. */
  readonly daemonNames: readonly string[];
  readonly componentIds: readonly number[];
  readonly xprt: string;
  readonly port: number;
  /** They dial the aggregators that pull them. */
  readonly advertises?: true;
  /** Where they listen besides. */
  readonly listeners: readonly FurtherListener[];
  readonly auth: AuthPlugin;
  /** Where its munge comes from, where it uses any. */
  readonly munge: MungeMode;
  /** `64M`: what the stack file says of its set memory. */
  readonly setMemory?: string;
  /** Services that the stack file switches on. */
  readonly streams?: true;
  readonly messages?: true;
  readonly options: readonly string[];
  readonly plugins: readonly PluginConfig[];
  readonly given: Given;
  /** It runs already, without a container of the stack's. */
  readonly isExternal?: true;
  /** The entry itself, of an aggregator. */
  readonly aggregator?: AggregatorConfig;
}

/** Samplers first, each kind in the order of the stack file. */
export function planDaemonGroups(config: ClusterConfig): {
  readonly groups: readonly DaemonGroup[];
  readonly problems: readonly ConfigProblem[];
} {
  const entries = [
    ...config.samplers.map((entry, index) => ({
      entry,
      path: `samplers[${index}]`,
      level: 0,
      name: entry.name ?? entry.container,
    })),
    ...config.aggregators.map((entry, index) => ({ entry, path: `aggregators[${index}]`, level: entry.level, name: entry.name })),
  ].map((item) => ({ ...item, hosts: expandHostlist(item.entry.hosts) }));
  const given = readComponentIds(config);
  const { ids, problems: idProblems } = planComponentIds([...new Set(entries.flatMap(({ hosts }) => hosts))], given.ids);
  // Of keys that could not be read all hosts would be said to want an id.
  const problems = given.problems.length ? given.problems : idProblems;

  const groups = entries.map(({ entry, path, level, name, hosts: places }): DaemonGroup => {
    const perHost = ("perHost" in entry ? entry.perHost : undefined) ?? 1;
    const hosts = perHost === 1 ? places : Array.from({ length: perHost }, () => places).flat();
    const componentIds = hosts.map((host) => ids.get(host) ?? 0);
    const interconnectNames = hosts.map((host) => interconnectName(config, host));
    const xprt = entry.xprt ?? config.xprt;
    const chosen = chooseAuth(config, entry);
    return {
      path,
      name,
      level,
      perHost,
      hosts,
      componentIds,
      container: entry.container ?? name,
      interconnectNames,
      daemonNames: entry.daemons
        ? expandHostlist(entry.daemons)
        : componentIds.map((id, i) => nameSlot(`${name}-${id}`, slotOf({ hosts, perHost }, i))),
      xprt,
      port: entry.port ?? config.ports.ldmsd,
      listeners: (entry.listeners ?? []).map(({ name: called, port, interconnect, ...own }) => ({
        ...(called !== undefined && { name: called }),
        port,
        xprt: own.xprt ?? xprt,
        auth: own.auth ?? chosen.auth,
        interconnectNames: interconnect === undefined ? interconnectNames : hosts.map((host) => interconnectName({ interconnect }, host)),
      })),
      ...chosen,
      ...(entry.discovery === "advertise" && { advertises: true }),
      options: entry.options,
      plugins: entry.plugins,
      ...(entry.streams && { streams: true }),
      ...(entry.messages && { messages: true }),
      given: settleGiven(entry),
      ...(entry.setMemory !== undefined && { setMemory: entry.setMemory }),
      ...("external" in entry && entry.external && { isExternal: true }),
      ...(level > 0 && { aggregator: entry as AggregatorConfig }),
    };
  });
  return { groups, problems: [...problems, ...(problems.length ? [] : checkDaemonNames(groups))] };
}

/** Whoever has a munge uses it, unless the file says another authentication. */
export function chooseAuth(
  config: ClusterConfig,
  entry: Pick<SamplerConfig, "auth" | "munge">,
): { readonly auth: AuthPlugin; readonly munge: MungeMode } {
  const munge = entry.munge ?? config.munge.mode;
  return { munge, auth: entry.auth ?? config.auth ?? (munge === "none" ? "none" : "munge") };
}

/** maestro takes both without a word: it drops what it cannot pair, and of two daemons of one name keeps one. */
function checkDaemonNames(groups: readonly DaemonGroup[]): ConfigProblem[] {
  const groupOf = new Map<string, DaemonGroup>();
  const problems: ConfigProblem[] = [];
  for (const group of groups) {
    if (group.daemonNames.length !== group.hosts.length) {
      const what = group.perHost === 1 ? "hosts" : "daemons";
      const message = `must be as many names as there are ${what} (${group.hosts.length}): ${group.daemonNames.length}`;
      problems.push({ path: `${group.path}.daemons`, message });
    }
    const taken = group.daemonNames.find((name) => groupOf.has(name));
    if (taken !== undefined) {
      const message = `daemon \`${taken}\` is also one of ${groupOf.get(taken)!.path}`;
      problems.push({ path: group.path, message, help: "give one of the two groups another `name`" });
    }
    for (const name of group.daemonNames) groupOf.set(name, group);
  }
  return problems;
}

/** The group's daemons, in the order of its hosts. */
export function listDaemons(group: DaemonGroup): PlannedDaemon[] {
  return group.hosts.map((host, index) => ({
    container: group.isExternal ? group.name : nameSlot(group.container, slotOf(group, index)),
    ...(group.isExternal && { isExternal: true as const }),
    host,
    role: roleOf(group),
    level: group.level,
    xprt: group.xprt,
    port: group.port + slotOf(group, index),
    auth: authOf(group),
    componentId: group.componentIds[index]!,
  }));
}

export function roleOf({ level }: Pick<DaemonGroup, "level">): "sampler" | "aggregator" {
  return level === 0 ? "sampler" : "aggregator";
}

export function authOf(group: Pick<DaemonGroup, "auth">): AuthPlugin {
  return group.auth;
}
