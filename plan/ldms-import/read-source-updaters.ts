import { renderValue } from "../config/wording";
import type { SourceUpdater, Unsaid } from "./source-site";
import { DEFAULT_INTERVAL, durationOf } from "./source-values";

interface WrittenUpdater {
  readonly mode: string;
  readonly interval?: string | number | undefined;
  readonly offset?: string | number | undefined;
  readonly sets?: readonly { readonly regex: string; readonly field: string }[] | undefined;
}

/** When an aggregator pulls what, each once; of several of which one takes every set, that one stays. */
export function readUpdaters(written: readonly WrittenUpdater[], place: string, unsaid: Unsaid): SourceUpdater[] {
  const all = written.map((updater) => readUpdater(updater, place, unsaid));
  const different = [...new Map(all.map((updater) => [JSON.stringify(updater), updater])).values()];
  if (different.length === 0) {
    unsaid.say(place, `has no updater: here it pulls every ${DEFAULT_INTERVAL}`, "write its `interval`");
    return [{ interval: DEFAULT_INTERVAL }];
  }
  const whole = different.find(({ sets }) => sets === undefined);
  if (!whole || different.length === 1) return different;
  unsaid.say(
    place,
    `has ${different.length} updaters, of which one takes every set: that one stays, for each set is pulled by one`,
    "`updaters`, each with the `sets` of its own",
  );
  return [whole];
}

function readUpdater({ mode, sets = [], ...times }: WrittenUpdater, place: string, unsaid: Unsaid): SourceUpdater {
  const [interval, offset] = (["interval", "offset"] as const).map((key) => {
    const time = times[key];
    const duration = time === undefined ? undefined : durationOf(time);
    if (time !== undefined && duration === undefined)
      unsaid.say(place, `${key} ${renderValue(time)} of an updater is no time`, `write the ${key} itself`);
    return duration;
  });
  if (!["pull", "static", "push", "onchange", "auto"].includes(mode))
    unsaid.say(place, `mode ${renderValue(mode)} of an updater`, "`mode: pull` and the like");
  const isEvery = sets.length === 0 || sets.some(({ regex }) => regex === ".*");
  return {
    interval: interval ?? DEFAULT_INTERVAL,
    ...(offset !== undefined && { offset }),
    ...((mode === "push" || mode === "onchange" || mode === "auto") && { mode }),
    ...(!isEvery && { sets: sets.map(({ regex, field }) => ({ regex, ...(field === "schema" && { field }) })) }),
  };
}
