import type { ConfigProblem } from "./errors";

/** Keys that are more than a name: to JavaScript the object's own kind, to readers of YAML another map's content. */
const SPECIAL_KEYS: ReadonlySet<string> = new Set(["__proto__", "<<"]);

/** Levels of lists and maps; a stack file has 8, a state below 20. */
export const MAX_DEPTH = 100;

interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly depth: number;
  readonly outer: Place | undefined;
}

/** Data of more levels or values than any of ours; what an alias stands for counts at each of its places. */
export function checkSize(data: unknown, maxValues = Number.POSITIVE_INFINITY): ConfigProblem[] {
  let count = 0;
  for (const place of walk(data)) {
    if (place.depth > MAX_DEPTH) return [{ path: pathOf(place).slice(0, 40), message: `is nested deeper than ${MAX_DEPTH} levels` }];
    if (++count > maxValues) return [{ path: "the whole", message: `comes to more than ${maxValues} values` }];
  }
  return [];
}

/** Keys that some reader would pass over, or take for something else. */
export function checkKeys(data: unknown): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const place of walk(data)) {
    if (SPECIAL_KEYS.has(place.key))
      problems.push({ path: pathOf(place), message: `no key can be named \`${place.key}\``, help: "choose another name" });
  }
  return problems;
}

/** Every value within, without recursion, so that no depth can end the process. */
function* walk(data: unknown): Generator<Place> {
  const open: Place[] = [{ value: data, key: "", depth: 0, outer: undefined }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    yield place;
    if (typeof place.value !== "object" || place.value === null) continue;
    for (const [key, value] of Object.entries(place.value)) open.push({ value, key, depth: place.depth + 1, outer: place });
  }
}

/** `samplers[0].config.interval` */
function pathOf({ key, outer }: Place): string {
  if (outer === undefined) return "";
  const before = pathOf(outer);
  if (Array.isArray(outer.value)) return `${before}[${key}]`;
  return before === "" ? key : `${before}.${key}`;
}
