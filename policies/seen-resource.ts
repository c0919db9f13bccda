import { UnknownValueError } from "@pulumi/policy";
import { childName } from "../plan/model/resource-names";

/** A resource as a policy sees it: secrets in clear, and an error on the way to a value that a preview does not know. */
export interface SeenResource {
  readonly type: string;
  /** Its logical name: `cygnus-01-samp`. */
  readonly name: string;
  /** Says which components are around it; absent: none. */
  readonly urn?: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** `cygnus-01-samp` of the container `samp` is on `cygnus-01`; a name of another form stays as it is. */
export function hostOf(resourceName: string, key: string): string {
  const suffix = childName("", key);
  return resourceName.endsWith(suffix) ? resourceName.slice(0, -suffix.length) : resourceName;
}

/** Why a rule says nothing of what `ifKnown` does not know. */
export const NOT_CHECKABLE = "not checkable in preview, checked in up";

/** undefined for what only `up` will know. */
export function ifKnown<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
}

/**
 * An input as it is, past the SDK's proxies, which make an object for every step into it. Where something in it may be unknown it is taken through
 * them, so that whoever comes upon it gets their error.
 */
export function readInput(props: SeenResource["props"], key: string): unknown {
  const own = Object.getOwnPropertyDescriptor(props, key);
  if (own === undefined) return undefined;
  return mayBeUnknown(own.value) ? props[key] : own.value;
}

/** The SDK's stand-ins for unknown values are UUIDs. */
const UUID_CHARACTERS = 36;

function mayBeUnknown(value: unknown): boolean {
  if (typeof value === "string") return value.length === UUID_CHARACTERS;
  if (Array.isArray(value)) return value.some(mayBeUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(mayBeUnknown);
}

/** More batches than a stack of ten thousand hosts has; the texts of that many are kept. */
const MOST_KEPT = 100;

/** Reads texts, and not again those of before: each of the pack's rules asks for the same of every resource. */
export function keepRead<Texts extends readonly (string | undefined)[], Value>(
  read: (...texts: Texts) => Value,
): (...texts: Texts) => Value {
  const kept = new Map<string | undefined, { readonly texts: Texts; readonly value: Value }>();
  return (...texts) => {
    const before = kept.get(texts[0]);
    if (before?.texts.every((text, i) => text === texts[i])) return before.value;
    if (kept.size === MOST_KEPT) kept.clear();
    const value = read(...texts);
    kept.set(texts[0], { texts, value });
    return value;
  };
}
