const MICROSECONDS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86400e6 };

/** `1.5s` is 1500000; the form is the schema's. */
export function toMicroseconds(text: string): number {
  const unit = /[a-z]+$/i.exec(text)?.[0].toLowerCase() ?? "";
  return Number.parseFloat(text) * (MICROSECONDS[unit] ?? Number.NaN);
}

/** `90s` is 90. */
export function toSeconds(text: string): number {
  return toMicroseconds(text) / 1e6;
}
