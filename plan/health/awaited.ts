import type { PluginConfig } from "../daemons/daemon-group";
import { instanceOf } from "../daemons/plugin-schema";
import { findPlugin } from "../plugins/plugins";

/**
 * The end of the name of the set that a plugin keeps: `meminfo` of `cygnus-01/meminfo`. Absent: its sets are not awaited, since nothing shows that one of
 * that name has to be there: they come and go, they are several and named after what the host has, or the plugin is none of upstream's.
 */
export function awaitedSet(plugin: PluginConfig): string | undefined {
  const facts = findPlugin(plugin.name);
  if (facts?.sets !== 1 || facts.hasPassingSets) return undefined;
  const end = String(plugin.config["instance"] ?? instanceOf(plugin)).replace(/^.*\//, "");
  // What a variable ends in is known on the host only.
  return /^[A-Za-z0-9_.-]+$/.test(end) ? end : undefined;
}
