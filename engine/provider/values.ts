import type { PropertyMap, PropertyValue } from "../../stack/property-value";
import { Secret, Unknown } from "../../stack/property-value";

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret) && !(value instanceof Unknown);
}

/** The text of an input, `undefined` when it is not set or not a text. */
export function textOf(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function numberOf(value: PropertyValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function listOf(value: PropertyValue | undefined): readonly PropertyValue[] {
  return Array.isArray(value) ? (value as readonly PropertyValue[]) : [];
}

export function textsOf(value: PropertyValue | undefined): readonly string[] {
  return listOf(value).filter((element) => typeof element === "string");
}

export function mapsOf(value: PropertyValue | undefined): readonly PropertyMap[] {
  return listOf(value).filter((element) => isMap(element));
}

/** The entries of a map input that are texts, as the Docker API wants labels, log options and build arguments. */
export function textMapOf(value: PropertyValue | undefined): Record<string, string> {
  const entries = isMap(value) ? Object.entries(value) : [];

  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The value without the engine's own marks (`__defaults`), at every depth. */
export function withoutMarks(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map((element) => withoutMarks(element as PropertyValue));
  if (!isMap(value)) return value;

  const entries = Object.entries(value).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(entries.map(([name, element]) => [name, withoutMarks(element)]));
}
