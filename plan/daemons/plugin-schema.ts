import type { PluginConfig } from "./daemon-group";

/** A plugin's sets have its own name as schema unless its config says another. */
export function schemaOf({ name, config }: PluginConfig): string {
  return String(config["schema"] ?? name);
}
