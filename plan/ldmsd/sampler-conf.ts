import { asText } from "../config/settings";
import type { DaemonGroup } from "../daemons/daemon-group";
import { instanceOf } from "../daemons/plugin-schema";
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
  return group.plugins.flatMap(({ interval, offset, config, ...plugin }) => {
    const name = instanceOf(plugin);
    const given = { producer: "$" + "{HOSTNAME}", instance: `${folder}/${name}`, component_id: "$" + "{COMPONENT_ID}" };
    return [
      renderLine("load", { name, plugin: name === plugin.name ? undefined : plugin.name }),
      renderLine("config", { name, ...given, ...asText(config) }),
      renderLine("start", { name, interval: renderDuration(interval), offset: renderDuration(offset) }),
    ];
  });
}

/** Names of sets are unique in an aggregator: of two daemons of a host that have an instance in common, the later group's have its name in theirs. */
export function instanceFolder(group: DaemonGroup, groups: readonly DaemonGroup[]): string {
  const hosts = new Set(group.hosts);
  const instances = new Set(group.plugins.map(instanceOf));
  const isTaken = groups
    .slice(0, groups.indexOf(group))
    .some(
      (earlier) => earlier.plugins.some((plugin) => instances.has(instanceOf(plugin))) && earlier.hosts.some((host) => hosts.has(host)),
    );
  return isTaken ? `$\{HOSTNAME}/${group.name}` : "$" + "{HOSTNAME}";
}
