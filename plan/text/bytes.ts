const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `1.5 GiB` */
export function renderBytes(bytes: number): string {
  const power = bytes > 0 ? Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(bytes) / 10))) : 0;
  const value = bytes / 2 ** (10 * power);
  return `${(value < 10 ? Number(value.toFixed(1)) : Math.round(value)).toLocaleString("en")} ${UNITS[power]}`;
}
