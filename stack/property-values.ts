import { type PropertyMap, type PropertyValue, Secret, UNKNOWN, Unknown } from "./property-value";

/** Marks an object on the wire and in the state as one of the special values below. @see sdk/nodejs/runtime/rpc.ts */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_VALUE_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The string that stands for a value that only `up` will know. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Other spellings of "unknown", by the type that the value will have; the engine treats them alike. */
const UNKNOWN_TEXTS: ReadonlySet<string> = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: JsonValue;
}

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret) && !(value instanceof Unknown);
}

/**
 * A value as the SDK sends it, without its wrappers: resource references become ids (URNs for components), output values what they hold.
 * @throws Error for an asset or an archive, which this engine does not know.
 */
export function fromWire(value: JsonValue): PropertyValue {
  if (typeof value === "string") return UNKNOWN_TEXTS.has(value) ? UNKNOWN : value;
  if (value === null || typeof value !== "object") return value;
  if (isJsonList(value)) return value.map(fromWire);
  switch (value[SIGNATURE_KEY]) {
    case SECRET_SIGNATURE:
      return makeSecret(fromWire(value["value"] ?? null));
    case OUTPUT_VALUE_SIGNATURE: {
      const inner = value["value"] === undefined ? UNKNOWN : fromWire(value["value"]);
      return value["secret"] === true ? makeSecret(inner) : inner;
    }
    case RESOURCE_SIGNATURE:
      return fromWire(value["id"] ?? value["urn"] ?? null);
    case ASSET_SIGNATURE:
    case ARCHIVE_SIGNATURE:
      throw new Error("inputs: the embedded engine does not know assets and archives\nhelp: use the `pulumi` command");
    default:
      return fromWireMap(value);
  }
}

export function fromWireMap(map: JsonMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, fromWire(value)]));
}

/** What the SDK and a policy pack understand; an unknown secret stays plain unknown, as the real engine sends it. */
export function toWire(value: PropertyValue): JsonValue {
  if (value instanceof Secret) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: toWire(value.value) };
  if (value instanceof Unknown) return UNKNOWN_TEXT;
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(toWire);
  return toWireMap(value);
}

export function toWireMap(map: PropertyMap): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, toWire(value)]));
}

/** Secrets do not nest. */
export function makeSecret(value: PropertyValue): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
