/** Range bounds stay exact as JavaScript numbers up to here. */
export const MAX_RANGE_DIGITS = 15;

/** Written with leading zeros; a plain `0` is not. */
export function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith("0");
}

/** By value, then `1` before `01`; digits of any length. */
export function compareDigits(a: string, b: string): number {
  if (a.length === b.length) return compareText(a, b);
  const [bareA, bareB] = [a.replace(/^0+(?=.)/, ""), b.replace(/^0+(?=.)/, "")];
  return bareA.length - bareB.length || compareText(bareA, bareB) || a.length - b.length;
}

/** By code unit: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
