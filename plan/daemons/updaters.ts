import type { AggregatorConfig } from "../config/config";

/** When an aggregator pulls which of the sets of its producers. */
export interface Updater {
  readonly name: string;
  readonly interval: string;
  readonly offset?: string | undefined;
  readonly mode: AggregatorConfig["mode"];
  readonly sets: readonly SetSelection[];
}

/** As ldmsd has it: a POSIX extended regular expression, tried on sets' names or schemas. */
export interface SetSelection {
  readonly regex: string;
  readonly field: "inst" | "schema";
}

/** Those of an entry's `updaters`, counted from the second on, or the one that its own keys are. */
export function listUpdaters({ name, interval, offset, mode, sets, updaters }: AggregatorConfig): Updater[] {
  const given = updaters ?? (interval === undefined ? [] : [{ interval, offset, mode, sets }]);
  return given.map((one, i) => ({ ...one, name: i === 0 ? name : `${name}-${i + 1}`, sets: one.sets.map(selectionOf) }));
}

function selectionOf({ regex, field, schema, instance }: AggregatorConfig["sets"][number]): SetSelection {
  // No backslash stands in a daemon's file.
  const exactly = (text: string) => text.replaceAll(".", "[.]");
  if (schema !== undefined) return { regex: `^${exactly(schema)}$`, field: "schema" };
  if (instance !== undefined) return { regex: `/${exactly(instance)}$`, field: "inst" };
  return { regex: regex ?? ".*", field };
}

/** None where one of them takes every set, which is what an updater does by itself: it takes what any of them matches. */
export function narrowSelections(sets: readonly SetSelection[]): readonly SetSelection[] {
  return sets.some(({ regex }) => regex === ".*") ? [] : sets;
}
