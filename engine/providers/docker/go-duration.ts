const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/**
 * Nanoseconds of a duration as Go writes it: `10s`, `1m30s`, `1.5h`, `0`; `undefined` for anything else and for negative ones.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) return undefined;

  return Math.round(parts.reduce((sum, part) => sum + Number(part[1]) * NANOSECONDS[part[2]!]!, 0));
}

/** The inverse, in Go's own spelling: 90e9 is `1m30s`, 3600e9 is `1h0m0s`, 5e8 is `500ms`. */
export function renderGoDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e9) {
    const unit = nanoseconds >= 1e6 ? "ms" : nanoseconds >= 1e3 ? "µs" : "ns";
    return `${nanoseconds / NANOSECONDS[unit]!}${unit}`;
  }

  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  const seconds = (nanoseconds % 60e9) / 1e9;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;

  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
