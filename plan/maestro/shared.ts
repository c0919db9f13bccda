import { asText } from "../config/settings";
import type { DaemonGroup, PluginConfig } from "../daemons/daemon-group";
import { foldInOrder } from "../hostlist/hostlist";

export type YamlMap = Readonly<Record<string, unknown>>;

/** The group's key: sections that speak of it repeat this text letter by letter. */
export function daemonsKey(group: DaemonGroup): string {
  return foldInOrder(group.daemonNames);
}

/** The plugin's free keys with the component id, which ldmsd replaces by its own environment's. Numbers as text: maestro_ctrl drops a bare 0. */
export function samplerSettings({ config }: PluginConfig): Readonly<Record<string, string | null>> {
  return { component_id: `\${COMPONENT_ID}`, ...asText(config) };
}

/** When a plugin samples. */
export function samplerTiming({ interval, offset }: PluginConfig): YamlMap {
  return { interval, ...(offset !== undefined && { offset }) };
}
