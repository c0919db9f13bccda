import type { Settings } from "./scalars";

/**
 * Free keys as ldmsd's file has them: `{ retries: 0, fields: [1, 2] }` is `{ retries: "0", fields: "1,2" }`. A key with nothing behind it stays null:
 * it is a word without `=`, which is not the same to a plugin as one with.
 */
export function asText(settings: Settings): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value === null ? null : textOf(value)]));
}

/** `[1, 2]` is `1,2`. */
export function textOf(value: NonNullable<Settings[string]>): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}
