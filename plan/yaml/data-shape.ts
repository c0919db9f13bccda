import type { ConfigProblem } from "../problems/errors";

/** Keys that are more than a name: to JavaScript the object's own kind, to readers of YAML another map's content. */
const SPECIAL_KEYS: ReadonlySet<string> = new Set(["__proto__", "<<"]);

/** Levels of lists and maps; a stack file has 8, a state below 20. */
export const MAX_DEPTH = 100;

/** A list or a map, and where it stands. */
interface Place {
  readonly value: object;
  readonly key: string;
  readonly depth: number;
  readonly outer: Place | undefined;
}

/** Data of more levels or values than any of ours; what an alias stands for counts at each of its places. */
export function checkSize(data: unknown, maxValues = Number.POSITIVE_INFINITY): ConfigProblem[] {
  let count = 0;
  for (const place of walk(data)) {
    if (place.depth > MAX_DEPTH) return [{ path: pathOf(place).slice(0, 40), message: `is nested deeper than ${MAX_DEPTH} levels` }];
    count += Object.keys(place.value).length;
    if (count > maxValues) return [{ path: "the whole", message: `comes to more than ${maxValues} values` }];
  }
  return [];
}

/** Keys that some reader would pass over, or take for something else. */
export function checkKeys(data: unknown): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const place of walk(data)) {
    for (const key of Object.keys(place.value)) {
      if (SPECIAL_KEYS.has(key))
        problems.push({ path: join(place, key), message: `no key can be named \`${key}\``, help: "choose another name" });
    }
  }
  return problems;
}

/** Every list and map within, without recursion, so that no depth can end the process. */
function* walk(data: unknown): Generator<Place> {
  const open: Place[] = isObject(data) ? [{ value: data, key: "", depth: 1, outer: undefined }] : [];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    yield place;
    for (const [key, value] of Object.entries(place.value))
      if (isObject(value)) open.push({ value, key, depth: place.depth + 1, outer: place });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** `samplers[0].config` */
function pathOf({ key, outer }: Place): string {
  return outer === undefined ? "" : join(outer, key);
}

function join(place: Place, key: string): string {
  const before = pathOf(place);
  if (Array.isArray(place.value)) return `${before}[${key}]`;
  return before === "" ? key : `${before}.${key}`;
}
