import type { ClusterConfig } from "./config";
import { renderValue } from "./config-wording";
import { toMicroseconds } from "./duration";
import type { ConfigProblem } from "./errors";

/** Durations are positive, and offsets within what ldmsd takes. */
export function checkTimes({ samplers, aggregators }: ClusterConfig): ConfigProblem[] {
  const plugins = [
    ...samplers.map((group, i) => ({ group, path: `samplers[${i}]` })),
    ...aggregators.map((group, i) => ({ group, path: `aggregators[${i}]` })),
  ];
  return [
    ...plugins.flatMap(({ group, path }) => group.plugins.flatMap((plugin, j) => checkRhythm(`${path}.plugins[${j}]`, plugin))),
    ...aggregators.flatMap((aggregator, i) => [
      ...checkRhythm(`aggregators[${i}]`, aggregator),
      ...checkPositive(`aggregators[${i}].reconnect`, aggregator.reconnect),
      ...aggregator.stores.flatMap(({ flush }, j) =>
        flush === undefined ? [] : checkPositive(`aggregators[${i}].stores[${j}].flush`, flush),
      ),
    ]),
  ];
}

interface Rhythm {
  readonly interval: string;
  readonly offset?: string | undefined;
}

/** @see ldmsd_controller(8), "start": the offset's magnitude goes up to half the interval */
function checkRhythm(path: string, { interval, offset }: Rhythm): ConfigProblem[] {
  const problems = checkPositive(`${path}.interval`, interval);
  if (problems.length || offset === undefined) return problems;
  const isTooFar = Math.abs(toMicroseconds(offset)) * 2 > toMicroseconds(interval);
  return isTooFar
    ? [{ path: `${path}.offset`, message: `must be at most half of the interval of ${interval}: ${renderValue(offset)}` }]
    : [];
}

function checkPositive(path: string, duration: string): ConfigProblem[] {
  return toMicroseconds(duration) > 0 ? [] : [{ path, message: `must be more than 0: ${renderValue(duration)}` }];
}
