import type { DaemonGroup } from "../daemons/daemon-group";
import { asText } from "../text/text";
import { renderLine } from "./conf-line";
import { renderDuration } from "./durations";

/** What a configuration file may name of its daemon's environment; the plan sets each of them. */
export const CONF_VARIABLES = ["HOSTNAME", "COMPONENT_ID", "COMPID"] as const;

/**
 * Loads, configures and starts the group's plugins: the same text on every host.
 *
 *     load name=meminfo
 *     config name=meminfo producer=${HOSTNAME} instance=${HOSTNAME}/meminfo component_id=${COMPONENT_ID} perm=0777
 *     start name=meminfo interval=1s offset=0s
 */
export function renderSamplerLines(group: DaemonGroup, groups: readonly DaemonGroup[]): string[] {
  const folder = instanceFolder(group, groups);
  return group.plugins.flatMap(({ name, interval, offset, config }) => {
    const given = { producer: "$" + "{HOSTNAME}", instance: `${folder}/${name}`, component_id: "$" + "{COMPONENT_ID}" };
    return [
      renderLine("load", { name }),
      renderLine("config", { name, ...given, ...asText(config) }),
      renderLine("start", { name, interval: renderDuration(interval), offset: renderDuration(offset) }),
    ];
  });
}

/** Names of sets are unique in an aggregator: of two daemons of a host that have a plugin in common, the later group's have its name in theirs. */
export function instanceFolder(group: DaemonGroup, groups: readonly DaemonGroup[]): string {
  const hosts = new Set(group.hosts);
  const plugins = new Set(group.plugins.map(({ name }) => name));
  const isTaken = groups
    .slice(0, groups.indexOf(group))
    .some((earlier) => earlier.plugins.some(({ name }) => plugins.has(name)) && earlier.hosts.some((host) => hosts.has(host)));
  return isTaken ? `$\{HOSTNAME}/${group.name}` : "$" + "{HOSTNAME}";
}
