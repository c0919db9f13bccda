/** `5 / 6 / 9`: the least, the one in the middle, the most; of one value it alone. */
export function spread(values: readonly number[], digits = 0): string {
  if (values.length === 1) return values[0]!.toFixed(digits);
  return [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)).join(" / ");
}

/** Of an odd count of values, so that it is one of them. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
