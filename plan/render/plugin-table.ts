import { HOST_NEEDS } from "../plugins/host-needs";
import { featureOf } from "../plugins/made-by";
import type { PluginFacts } from "../plugins/plugin-facts";
import { SAMPLER_PLUGINS } from "../plugins/samplers";
import { STORE_PLUGINS } from "../plugins/store-plugins";

const HEAD = ["plugin", "in a daemon", "sets, KiB of each", "configure", "needs on the host"];

/** Upstream's plugins, as a table of the documentation. */
export function renderPluginTable(): string {
  const rows = [...SAMPLER_PLUGINS, ...[...STORE_PLUGINS].sort((a, b) => (a.name < b.name ? -1 : 1))].map(renderRow);
  return [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function renderRow({ name, kind, isMultiInstance, isRenamable, sets, setKib, listensTo }: PluginFacts): string[] {
  const often = isMultiInstance ? "several" : isRenamable ? "once" : "once, by this name";
  const needs = [listensTo && `${listensTo} (switched on by the plan)`, HOST_NEEDS.get(name)].filter((text) => text !== undefined);
  return [name, often, kind === "store" ? "" : sets === 0 ? "none" : `${sets} x ${setKib}`, renderFeature(name), needs.join("; ")];
}

function renderFeature(name: string): string {
  const feature = featureOf(name);
  if (!feature) return "always";
  const { option, unasked, libraries } = feature;
  const found = libraries.map((library) => `lib${library}`).join(", ");
  if (unasked === "on") return "by itself";
  return unasked === "off" ? `\`${option}\`${found && `, ${found}`}` : `where it finds ${found}`;
}
