import type { PluginFacts } from "./plugin-facts";
import { SAMPLER_PLUGINS } from "./samplers";
import { STORE_PLUGINS } from "./store-plugins";

export type { PluginFacts } from "./plugin-facts";

const PLUGINS: ReadonlyMap<string, PluginFacts> = new Map([...SAMPLER_PLUGINS, ...STORE_PLUGINS].map((facts) => [facts.name, facts]));

/** Facts of upstream's plugin `name`, as `load plugin=` calls it; undefined where the table has none. */
export function findPlugin(name: string): PluginFacts | undefined {
  return PLUGINS.get(name);
}

/** For a plugin without a row: one set, larger than that of any measured plugin but procinterrupts. [judgement] */
export const UNKNOWN_PLUGIN: Omit<PluginFacts, "name"> = {
  kind: "sampler",
  isMultiInstance: false,
  isRenamable: true,
  hasPassingSets: false,
  sets: 1,
  setKib: 64,
};

/** Sorted as the table is. */
export function pluginNames(kind: PluginFacts["kind"]): readonly string[] {
  return [...PLUGINS.values()].filter((facts) => facts.kind === kind).map(({ name }) => name);
}
