import { renderValue } from "../config/wording";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { compareNames } from "../text/compare-names";

type Values = Readonly<Record<string, unknown>>;

/** Places of a stack file without which its entry still says what it did, the innermost first; what stands there is left out. */
const REMOVABLE: readonly RegExp[] = [
  /^(samplers|aggregators)\[\d+\]\.(plugins|stores)\[\d+\]\.config\.[^.[]+$/,
  /^(samplers|aggregators)\[\d+\]\.(plugins|stores)\[\d+\]\.(offset|instance|flush)\b/,
  /^(samplers|aggregators)\[\d+\]\.(plugins|stores|listeners|subscribe)\[\d+\]/,
  /^(samplers|aggregators)\[\d+\]\.(setMemory|options|env|offset|reconnect|streams|messages)\b/,
  /^(ui|grafana)\.(address|port|options|env)\b/,
];

/** What an entry of a list is called, and the key that tells it from its like. */
const ENTRIES: Readonly<Record<string, readonly [kind: string, key: string]>> = {
  plugins: ["plugin", "name"],
  stores: ["store", "name"],
  listeners: ["listener", "port"],
  subscribe: ["subscription", "stream"],
};

interface Pruned {
  readonly config: Values;
  /** What was left out, and why. */
  readonly leftOut: readonly ConfigProblem[];
}

/** What the plan refuses is taken out of a stack file as long as that helps. @throws ConfigError for what stays @param check throws ConfigError */
export function prune(given: Values, check: (config: Values) => void): Pruned {
  const leftOut: ConfigProblem[] = [];
  let config = given;
  for (;;) {
    try {
      check(config);
      return { config, leftOut };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const found = error.problems.flatMap((problem) => {
        const place = placeOf(problem.path);
        return place === undefined ? [] : [{ place, problem }];
      });
      if (found.length === 0) throw error;
      const places = [...new Set(found.map(({ place }) => place))];
      const copy = structuredClone(config);
      // Later items of a list go first, so that the numbers of the others stay.
      const gone = places.toSorted((a, b) => compareNames(b, a)).filter((place) => removeAt(copy, place));
      if (gone.length === 0) throw error;
      leftOut.push(...found.map(({ place, problem }) => tellLeftOut(config, place, problem)));
      config = copy;
    }
  }
}

/** That an entry went as a whole is not to be seen at the place of its one wrong key. */
function tellLeftOut(config: Values, place: string, { path, message, help }: ConfigProblem): ConfigProblem {
  const [, list = ""] = /\.(\w+)\[\d+\]$/.exec(place) ?? [];
  const entry = ENTRIES[list];
  if (entry === undefined) return { path, message: `${message}: it is left out`, ...(help !== undefined && { help }) };
  const [kind, key] = entry;
  const name = (valueAt(config, stepsOf(place)) as Values | undefined)?.[key];
  const called = name === undefined ? kind : `${kind} ${renderValue(name)}`;
  return {
    path,
    message: `${called} is left out as a whole: ${message}`,
    help: help ?? `put it right, and write it into \`${list}\` by hand`,
  };
}

function placeOf(path: string): string | undefined {
  for (const pattern of REMOVABLE) {
    const [place] = pattern.exec(path) ?? [];
    if (place !== undefined) return place;
  }
  return undefined;
}

function stepsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

function valueAt(config: Values, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (value as Values | undefined)?.[step], config);
}

function removeAt(config: Values, path: string): boolean {
  const steps = stepsOf(path);
  const last = steps.pop()!;
  const parent = valueAt(config, steps);
  if (Array.isArray(parent)) return parent.splice(Number(last), 1).length > 0;
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, last)) return false;
  return Reflect.deleteProperty(parent, last);
}
