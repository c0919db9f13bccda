import type { AggregatorConfig, ClusterConfig } from "../config/config";
import { renderValue } from "../config/wording";
import { writtenGrammar } from "../config/written-grammar";
import { listUpdaters, narrowSelections, type Updater } from "../daemons/updaters";
import type { ConfigProblem } from "../problems/errors";
import { checkValue, checkVariables } from "./check-settings";
import { checkRhythm } from "./check-times";

interface UpdaterPlace {
  /** `aggregators[0]`, `aggregators[0].updaters[1]` */
  readonly path: string;
  readonly updater: Updater;
}

/** When which sets are pulled: once each, and in words that ldmsd and maestro understand. */
export function checkUpdaters(config: ClusterConfig): ConfigProblem[] {
  return config.aggregators.flatMap((aggregator, i) => {
    const path = `aggregators[${i}]`;
    const places = listUpdaters(aggregator).map((updater, j) => ({ updater, path: aggregator.updaters ? `${path}.updaters[${j}]` : path }));
    return [
      ...checkForm(aggregator, path),
      ...places.flatMap((place) => checkRhythm(place.path, place.updater)),
      ...checkOverlap(places),
      ...checkSelections(config, places),
      // With a maestro they stand in its YAML.
      ...(config.maestro ? [] : places.flatMap(checkRegexes)),
    ];
  });
}

/** One form of the two. */
function checkForm({ interval, offset, mode, sets, updaters }: AggregatorConfig, path: string): ConfigProblem[] {
  if (!updaters) {
    const help = "or `updaters`, each with an `interval`";
    return interval === undefined ? [{ path: `${path}.interval`, message: "is missing", help }] : [];
  }
  const isEverySet = sets.length === 1 && sets[0]!.regex === ".*";
  const given = { interval, offset, mode: mode === "pull" ? undefined : mode, sets: isEverySet ? undefined : sets };
  return Object.entries(given).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [
          {
            path: `${path}.${key}`,
            message: `belongs in each entry of \`updaters\`: ${renderValue(value)}`,
            help: "leave it out here",
          },
        ],
  );
}

function checkOverlap(places: readonly UpdaterPlace[]): ConfigProblem[] {
  if (places.length < 2) return [];
  return places
    .filter(({ updater }) => narrowSelections(updater.sets).length === 0)
    .map(({ path }) => ({
      path: `${path}.sets`,
      message: "takes every set, also those of the other updaters: each would be pulled twice",
      help: "sets: [{ schema: NAME }]",
    }));
}

/** maestro of ldms 4.5 passes over what an updater's `sets` say. @see maestro: scripts/maestro, `add_updaters` */
function checkSelections(config: ClusterConfig, places: readonly UpdaterPlace[]): ConfigProblem[] {
  if (writtenGrammar(config) !== "C") return [];
  return places
    .filter(({ updater }) => narrowSelections(updater.sets).length > 0)
    .map(({ path }) => ({
      path: `${path}.sets`,
      message: "maestro does not select sets: every set would be pulled",
      help: "leave `maestro` out: then each aggregator has it in its own file",
    }));
}

function checkRegexes({ path, updater }: UpdaterPlace): ConfigProblem[] {
  return updater.sets.flatMap(({ regex }, i) => {
    const place = `${path}.sets[${i}].regex`;
    return [...checkValue(place, regex), ...checkVariables(place, regex)];
  });
}
