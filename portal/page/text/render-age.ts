const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `3 s`, `12 min`, `2 h 5 min`, `3 d 4 h`; never in the future. */
export function renderAge(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return joinUnits(whole, HOUR, "h", MINUTE, "min");
  return joinUnits(whole, DAY, "d", HOUR, "h");
}

function joinUnits(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${bigName}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}

/** How long a run took: `4.2 s`, `41 s`, `2 min 5 s`. */
export function renderDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < MINUTE) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return joinUnits(whole, MINUTE, "min", 1, "s");
}
