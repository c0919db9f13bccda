/** Readers of what others hand over, which may have any shape: what is not of the kind that is asked for is not there. */
export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function readNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function readTexts(value: unknown): string[] {
  return readList(value).filter((item) => typeof item === "string");
}

export function readMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

export function readMaps(value: unknown): Readonly<Record<string, unknown>>[] {
  return readList(value).map(readMap);
}
