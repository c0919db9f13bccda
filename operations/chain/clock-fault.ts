import type { Place } from "./answers";
import type { Fault } from "./cause";
import type { LookWords } from "./look-script";

/** By how much two clocks may differ before rows of the last half minute are missed, in seconds. */
const LEAST_SECONDS = 15;

export const SET_CLOCK = "set the clock there; nothing is to be deployed";

/**
 * By which a host's clock is ahead of this machine's, at the least: its two readings lie between the question and the answer, which may take their time.
 *
 * @param askedMs, answeredMs by this machine's
 */
export function clockAhead(
  { nowSeconds, tookSeconds }: Pick<LookWords, "nowSeconds" | "tookSeconds">,
  askedMs: number,
  answeredMs: number,
): number {
  const most = nowSeconds - askedMs / 1000;
  const least = nowSeconds + tookSeconds - answeredMs / 1000;
  return Math.max(least, Math.min(0, most));
}

interface Clock {
  readonly place: Place;
  /** Of this machine's. */
  readonly ahead: number;
}

/** Whose clock is wrong, where two are apart: this machine's is the third witness. */
export function findClockFault(
  one: Clock,
  other: Clock,
): { readonly kind: "place"; readonly place: Place; readonly fault: Fault } | undefined {
  if (Math.abs(one.ahead - other.ahead) < LEAST_SECONDS) return undefined;
  const { place, ahead } = Math.abs(one.ahead) >= Math.abs(other.ahead) ? one : other;
  return {
    kind: "place",
    place,
    fault: { link: "host", message: tellClock(ahead), help: SET_CLOCK },
  };
}

export function isClockOff(ahead: number | undefined): ahead is number {
  return ahead !== undefined && Math.abs(ahead) >= LEAST_SECONDS;
}

/** Coarse, so that hosts that were set by one wrong clock fold. */
export function tellClock(ahead: number): string {
  const seconds = Math.abs(ahead);
  const amount =
    seconds < 90
      ? `${10 * Math.round(seconds / 10)} s`
      : seconds < 5400
        ? `${Math.round(seconds / 60)} min`
        : `${Math.round(seconds / 3600)} h`;
  return `its clock is ${amount} ${ahead > 0 ? "ahead of" : "behind"} this machine's`;
}
