import { toMicroseconds } from "../text/duration";

/**
 * Longest `reconnect=`: ldmsd keeps it as microseconds in 32 bits, and with `1h` tries to connect thousands of times a second.
 * @see ldmsd 4.5.3, ldmsd_prdcr.c, `conn_intrvl_us`
 */
export const MAX_RECONNECT_SECONDS = 2147;

/** What every attribute takes and reads exactly. Not so: `1m` (`flush=` ends the daemon), `1S` (so does `interval=`), `1.001s` (999 us). */
const TAKEN_AS_IS = /^-?[0-9]+(us|ms|s)$/;
const UNITS = [
  ["s", 1e6],
  ["ms", 1e3],
  ["us", 1],
] as const;

/**
 * A duration of the stack file as `interval=`, `offset=`, `reconnect=` and `flush=` take it: `1.5s` is `1500ms`, `1d` is `86400s`.
 * Less than a microsecond is one: with an interval of 0 ldmsd ends.
 */
export function renderDuration(text: string): string;
export function renderDuration(text: string | undefined): string | undefined;
export function renderDuration(text: string | undefined): string | undefined {
  if (text === undefined || TAKEN_AS_IS.test(text)) return text;
  const exact = toMicroseconds(text);
  const microseconds = Math.round(exact) || Math.sign(exact);
  const [unit, size] = UNITS.find((each) => microseconds % each[1] === 0)!;
  return `${microseconds / size}${unit}`;
}
