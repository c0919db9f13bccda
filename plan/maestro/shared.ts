import { asText } from "../config/settings";
import type { DaemonGroup, PluginConfig } from "../daemons/daemon-group";
import { foldInOrder } from "../hostlist/hostlist";

export type YamlMap = Readonly<Record<string, unknown>>;

/** The key of a group, or of a part of it: sections that speak of it repeat this text letter by letter. */
export function daemonsKey({ daemonNames }: DaemonGroup, indexes: readonly number[] = [...daemonNames.keys()]): string {
  return foldInOrder(indexes.map((index) => daemonNames[index]!));
}

/** The plugin's free keys with the component id, which ldmsd replaces by its own environment's. Numbers as text: maestro_ctrl drops a bare 0. */
export function samplerSettings({ config }: PluginConfig): Readonly<Record<string, string | null>> {
  return { component_id: `\${COMPONENT_ID}`, ...asText(config) };
}

/** When a plugin samples. */
export function samplerTiming({ interval, offset }: PluginConfig): YamlMap {
  return { interval, ...(offset !== undefined && { offset }) };
}
