import type { PropertyMap, PropertyValue } from "../../stack/property-value";
import { Unknown } from "../../stack/property-value";
import type { DiffKind, DiffResult } from "./provider";
import { isMap, listOf } from "./values";

/** Names an element of a list whose order means nothing, so that `envs` in another order are no change. By example: the `COMPID` of `COMPID=1`. */
export type KeyOf = (element: PropertyValue) => string;

type Change = "add" | "delete" | "update";
type Values = readonly PropertyValue[];

type KeysOfPath = (path: string) => KeyOf | undefined;

/** How a type's inputs compare. `keyOf` is asked with a property path: `envs`, `capabilities.adds`; `replaces` with a top-level name. */
export interface DiffRules {
  readonly keyOf: KeysOfPath;
  /** Whether going from the one value to the other needs a new object. */
  readonly replaces: (property: string, oldValue: PropertyValue | undefined, newValue: PropertyValue | undefined) => boolean;
  readonly deleteBeforeReplace: boolean;
}

/** Compares two sets of inputs by property path; marks such as `__defaults` are no inputs. An unknown value counts as a change. */
export function diffInputs(oldInputs: PropertyMap, newInputs: PropertyMap, rules: DiffRules): DiffResult {
  const detailed: Record<string, DiffKind> = {};
  const replaceKeys: string[] = [];

  for (const name of namesOf(oldInputs, newInputs)) {
    const changes = changesOf(name, oldInputs[name], newInputs[name], rules.keyOf);
    if (changes.length === 0) continue;
    const isReplaced = rules.replaces(name, oldInputs[name], newInputs[name]);
    if (isReplaced) replaceKeys.push(name);
    for (const [path, change] of changes) detailed[path] = isReplaced ? `${change}-replace` : change;
  }

  return { changed: Object.keys(detailed).length > 0, replaceKeys, deleteBeforeReplace: rules.deleteBeforeReplace, detailed };
}

function changesOf(
  path: string,
  oldValue: PropertyValue | undefined,
  newValue: PropertyValue | undefined,
  keysOf: KeysOfPath,
): [string, Change][] {
  const before = oldValue ?? undefined;
  const after = newValue ?? undefined;
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [[path, "add"]];
  if (after === undefined) return [[path, "delete"]];
  if (after instanceof Unknown || before instanceof Unknown) return [[path, "update"]];

  if (Array.isArray(before) && Array.isArray(after)) {
    const keyOf = keysOf(path);
    return keyOf === undefined ? changesOfList(path, before, after, keysOf) : changesOfSet(path, before, after, keyOf, keysOf);
  }
  if (isMap(before) && isMap(after)) {
    return namesOf(before, after).flatMap((name) => changesOf(pathOf(path, name), before[name], after[name], keysOf));
  }

  return before === after ? [] : [[path, "update"]];
}

function changesOfList(path: string, before: Values, after: Values, keysOf: KeysOfPath): [string, Change][] {
  const indexes = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);

  return indexes.flatMap((index) => changesOf(`${path}[${index}]`, before[index], after[index], keysOf));
}

function changesOfSet(path: string, before: Values, after: Values, keyOf: KeyOf, keysOf: KeysOfPath): [string, Change][] {
  if (listOf(after).some((element) => element instanceof Unknown)) return [[path, "update"]];
  const keysBefore = before.map(keyOf);
  const keysAfter = after.map(keyOf);

  const counterpartOf = (key: string) => before[keysBefore.indexOf(key)];
  const kept = after.flatMap((element, index) => changesOf(`${path}[${index}]`, counterpartOf(keysAfter[index]!), element, keysOf));
  const changes = new Map(kept);
  keysBefore.forEach((key, index) => {
    const place = `${path}[${index}]`;
    // One element went and another came at the same place: that reads as a change of it.
    if (!keysAfter.includes(key)) changes.set(place, changes.has(place) ? "update" : "delete");
  });

  return [...changes];
}

function namesOf(...maps: readonly PropertyMap[]): string[] {
  const names = maps.flatMap((map) => Object.keys(map)).filter((name) => !name.startsWith("__"));

  return [...new Set(names)].sort();
}

/** `labels.app`, but `logOpts["max-size"]`: a name that is no identifier is quoted, as Pulumi writes property paths. */
function pathOf(path: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
}
