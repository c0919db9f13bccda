import { type PropertyMap, type PropertyValue, Secret } from "../../stack/property";
import { isList, isMap } from "../../stack/property-values";

type Segment = string | number;

/**
 * The parts of a property path as Pulumi writes them: `labels[1].value`, `tags["a.b"]`, `triggers[*]`. The star stays the text `*`.
 * @throws Error for a bracket that does not close.
 */
export function parsePropertyPath(path: string): readonly Segment[] {
  const segments: Segment[] = [];
  let rest = path;
  while (rest !== "") {
    const match = /^\.?\["((?:[^"\\]|\\.)*)"\]|^\.?\[(\d+)\]|^\.?\[(\*)\]|^\.?([^.[\]]+)/.exec(rest);
    if (match === null) throw new Error(`ignoreChanges or replaceOnChanges: is not a property path: \`${path}\``);
    const [whole, quoted, index, star, plain] = match;
    segments.push(index !== undefined ? Number(index) : (quoted?.replaceAll('\\"', '"') ?? star ?? plain ?? ""));
    rest = rest.slice(whole.length);
  }
  return segments;
}

/** True when `path` is the same place as `outer` or inside it: `triggers[*]` contains `triggers[0]` and `triggers[0].a`, not `triggers`. */
export function containsPath(outer: readonly Segment[], path: readonly Segment[]): boolean {
  return outer.length <= path.length && outer.every((segment, index) => segment === "*" || segment === path[index]);
}

/** `inputs` with the old value at every ignored path; where the old inputs have nothing there, neither have the new ones. */
export function ignoreChanges(inputs: PropertyMap, oldInputs: PropertyMap, paths: readonly string[]): PropertyMap {
  let result: PropertyMap = inputs;
  for (const path of paths) {
    const reset = resetAt(result, oldInputs, parsePropertyPath(path));
    if (isMap(reset)) result = reset;
  }
  return result;
}

function resetAt(value: PropertyValue | undefined, old: PropertyValue | undefined, path: readonly Segment[]): PropertyValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return old;
  if (value instanceof Secret || old instanceof Secret) return resetInSecret(value, old, path);
  if (segment === "*") return resetEverywhere(value, old, rest);
  if (typeof segment === "number") {
    if (!isList(value) || !isList(old) || segment >= value.length || segment >= old.length) return value;
    return value.map((item, index) => (index === segment ? (resetAt(item, old[index], rest) ?? null) : item));
  }
  if (!isMap(value) && !isMap(old)) return value;
  const { [segment]: item, ...others } = isMap(value) ? value : {};
  const reset = resetAt(item, isMap(old) ? old[segment] : undefined, rest);
  return reset === undefined ? others : { ...others, [segment]: reset };
}

function resetInSecret(
  value: PropertyValue | undefined,
  old: PropertyValue | undefined,
  path: readonly Segment[],
): PropertyValue | undefined {
  const inner = resetAt(value instanceof Secret ? value.value : value, old instanceof Secret ? old.value : old, path);
  return inner === undefined ? undefined : new Secret(inner);
}

function resetEverywhere(
  value: PropertyValue | undefined,
  old: PropertyValue | undefined,
  rest: readonly Segment[],
): PropertyValue | undefined {
  if (isList(value) && isList(old)) {
    if (rest.length === 0) return old;
    return value.map((item, index) => (index < old.length ? (resetAt(item, old[index], rest) ?? null) : item));
  }
  if (!isMap(value) || !isMap(old)) return value;
  const keys = [...new Set([...Object.keys(value), ...Object.keys(old)])];
  const entries = keys.map((key) => [key, resetAt(value[key], old[key], rest)] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, PropertyValue] => entry[1] !== undefined));
}
