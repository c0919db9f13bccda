import { stringify } from "yaml";
import type { ClusterConfig } from "../config/config";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { foldInOrder } from "../hostlist/hostlist";
import { renderPluginsA } from "./grammar-a";
import { daemonsKey, type YamlMap } from "./shared";

export type Grammar = NonNullable<ClusterConfig["maestro"]>["grammar"];

/**
 * The file that maestro_ctrl loads. The grammar is that of the maestro that is deployed: A of the README's time, C of 4.4.5 and later. By C, maestro spreads
 * producers over aggregators and nothing more: plugins and stores are in each daemon's own file, so that they are back with the daemon. A maestro of A's
 * time is given all of it, as in the README.
 * Every string stands in double quotes: maestro reads YAML 1.1, in which a bare `0777` is 511 and a bare `on` is true.
 */
export function renderLdmsCfg(groups: readonly DaemonGroup[], grammar: Grammar, stack: string): string {
  const endpoints = nameEndpoints(groups);
  const document = {
    daemons: groups.map((group) => renderDaemons(group, endpoints.get(group)!, grammar)),
    aggregators: groups.filter(({ level }) => level > 0).map((group) => renderAggregator(group, groups, endpoints)),
    ...(grammar === "A" && renderPluginsA(groups)),
  };
  const text = stringify(document, {
    version: "1.1",
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return `# Made from Pulumi.${stack}.yaml; a change made here is lost at the next deployment.\n${text}`;
}

/** A sampler's endpoint is named after its host, as in the README, unless samplers share one; an aggregator's after the daemon. */
function nameEndpoints(groups: readonly DaemonGroup[]): ReadonlyMap<DaemonGroup, string> {
  const samplerHosts = groups.filter(({ level }) => level === 0).flatMap(({ hosts }) => hosts);
  const isShared = new Set(samplerHosts).size < samplerHosts.length;
  const names = ({ level, daemonNames, interconnectNames }: DaemonGroup) => (level === 0 && !isShared ? interconnectNames : daemonNames);
  return new Map(groups.map((group) => [group, foldInOrder(names(group).map((name) => `${name}-ep`))]));
}

function renderDaemons(group: DaemonGroup, endpointNames: string, grammar: Grammar): YamlMap {
  const auth = authOf(group);
  // maestro would connect to each sampler at its start, one after the other, and has nothing to say to it.
  const isTalkedTo = grammar === "A" || group.level > 0;
  const endpoint = {
    names: endpointNames,
    ports: group.port,
    xprt: group.xprt,
    maestro_comm: isTalkedTo,
    auth: { name: auth, plugin: auth },
  };
  return { names: daemonsKey(group), hosts: foldInOrder(group.interconnectNames), endpoints: [endpoint] };
}

/** Each level pulls from the one below: all its groups of daemons, which maestro spreads over those of this group. */
function renderAggregator(group: DaemonGroup, groups: readonly DaemonGroup[], endpoints: ReadonlyMap<DaemonGroup, string>): YamlMap {
  const below = groups.filter(({ level }) => level === group.level - 1);
  const { interval, offset, mode, sets, reconnect, type } = group.aggregator!;
  const updater = { mode, interval, ...(offset !== undefined && { offset }), sets: sets.map(({ regex, field }) => ({ regex, field })) };
  const peers = below.map((peer) => ({ daemons: daemonsKey(peer), endpoints: endpoints.get(peer), reconnect, type, updaters: [updater] }));
  return { daemons: daemonsKey(group), peers };
}
