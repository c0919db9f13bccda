import type { readLines } from "../ldmsd/conf-line";
import { toMicroseconds } from "../text/duration";
import { onceFor } from "../text/once-for";
import type { UpdaterFacts } from "./topology-facts";

type Lines = ReturnType<typeof readLines>;

/** A set that a daemon's own file has it sample. */
export interface SampledSet {
  readonly schema: string;
  /** As the file has it, with the daemon's variables. */
  readonly instance: string;
  readonly intervalUs: number;
}

/** By ldmsd and maestro a number alone is microseconds; NaN for what is no interval. */
export function readMicroseconds(text: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : toMicroseconds(text);
}

export const setsOfConf = onceFor((lines: Lines): readonly SampledSet[] => {
  const of = (verb: string) =>
    new Map(lines.flatMap((line) => (line.verb === verb ? [[line.attributes["name"], line.attributes] as const] : [])));
  const [loaded, configured] = [of("load"), of("config")];
  return [...of("start")].map(([name = "", { interval = "" }]) => {
    const { schema, instance } = configured.get(name) ?? {};
    return { schema: schema ?? loaded.get(name)?.["plugin"] ?? name, instance: instance ?? name, intervalUs: readMicroseconds(interval) };
  });
});

export function updatersOfConf(lines: Lines): UpdaterFacts[] {
  return lines
    .filter(({ verb }) => verb === "updtr_add")
    .map(({ attributes: { name, interval = "", push, auto_interval: auto } }) => ({
      intervalUs: readMicroseconds(interval),
      isPaced: push !== undefined || auto === "true",
      selections: lines
        .filter(({ verb, attributes }) => verb === "updtr_match_add" && attributes["name"] === name)
        .map(({ attributes: { regex = "", match = "inst" } }) => ({ regex, field: match })),
    }));
}
