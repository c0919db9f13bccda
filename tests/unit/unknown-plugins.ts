import { ownLoad } from "../../plan/ldmsd/loads";
import type { Values } from "./example-stack";

/** Plugins that no table knows, which take 64 KiB each, in so many sets. */
export const unknown = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `unknown${index}`, own: true, interval: "1s" }));
export const SETS = ownLoad({ plugins: [{ name: "unknown0", interval: "1s", config: {} }] }).sets;

export const samplers = (hosts: string, count: number, changes: Values = {}) => ({ hosts, plugins: unknown(count), ...changes });
export const aggregator = (name: string, level: 1 | 2, hosts: string, changes: Values = {}) => ({
  name,
  level,
  hosts,
  interval: "1s",
  ...changes,
});
