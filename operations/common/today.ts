/** The day in UTC, `2026-11-25`: waivers end by it. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
