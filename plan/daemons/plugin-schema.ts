import type { PluginConfig } from "./daemon-group";

/** A plugin's sets have its own name as schema unless its config says another. */
export function schemaOf({ name, config }: PluginConfig): string {
  return String(config["schema"] ?? name);
}

/** What the daemon calls it: `load name=`. */
export function instanceOf({ name, instance = name }: Pick<PluginConfig, "name" | "instance">): string {
  return instance;
}
