import type { ClusterConfig } from "../config/config";
import { listPlugins } from "../config/entries";
import { renderValue } from "../config/wording";
import { MAX_RECONNECT_SECONDS } from "../ldmsd/durations";
import type { ConfigProblem } from "../problems/errors";
import { toMicroseconds, toSeconds } from "../text/duration";

/** Durations are positive, offsets within what ldmsd takes, and a host's wait is a part of the time that it has. */
export function checkTimes(config: ClusterConfig): ConfigProblem[] {
  const { aggregators, fanOut } = config;
  return [
    ...listPlugins(config).flatMap(({ path, entry }) => checkRhythm(path, entry)),
    ...aggregators.flatMap((aggregator, i) => [
      ...checkReconnect(`aggregators[${i}].reconnect`, aggregator.reconnect),
      ...aggregator.stores.flatMap(({ flush }, j) =>
        flush === undefined ? [] : checkPositive(`aggregators[${i}].stores[${j}].flush`, flush),
      ),
    ]),
    ...checkJitter(fanOut),
  ];
}

function checkJitter({ pulls: { jitter }, hostTimeout }: ClusterConfig["fanOut"]): ConfigProblem[] {
  if (jitter === undefined || toSeconds(jitter) * 2 <= toSeconds(hostTimeout)) return [];
  return [{ path: "fanOut.pulls.jitter", message: `must be at most half of \`hostTimeout\`, ${hostTimeout}: ${renderValue(jitter)}` }];
}

interface Rhythm {
  readonly interval: string;
  readonly offset?: string | undefined;
}

/** @see ldmsd_controller(8), "start": the offset's magnitude goes up to half the interval */
export function checkRhythm(path: string, { interval, offset }: Rhythm): ConfigProblem[] {
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

function checkReconnect(path: string, reconnect: string): ConfigProblem[] {
  if (toSeconds(reconnect) <= MAX_RECONNECT_SECONDS) return checkPositive(path, reconnect);
  return [{ path, message: `must be at most ${MAX_RECONNECT_SECONDS}s: ${renderValue(reconnect)}` }];
}
