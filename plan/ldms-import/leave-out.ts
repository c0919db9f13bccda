import { ConfigError, type ConfigProblem } from "../problems/errors";

type Values = Readonly<Record<string, unknown>>;

/** Places of a stack file without which its entry still says what it did, the innermost first; what stands there is left out. */
const REMOVABLE: readonly RegExp[] = [
  /^(samplers|aggregators)\[\d+\]\.(plugins|stores)\[\d+\]\.config\.[^.[]+$/,
  /^(samplers|aggregators)\[\d+\]\.(plugins|stores)\[\d+\]\.(offset|instance|flush)\b/,
  /^(samplers|aggregators)\[\d+\]\.(plugins|stores|listeners|subscribe)\[\d+\]/,
  /^(samplers|aggregators)\[\d+\]\.(setMemory|options|env|offset|reconnect|streams|messages)\b/,
];

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
      const gone = places.toSorted(fromBehind).filter((place) => removeAt(copy, place));
      if (gone.length === 0) throw error;
      leftOut.push(...found.map(({ problem }) => problem));
      config = copy;
    }
  }
}

function placeOf(path: string): string | undefined {
  for (const pattern of REMOVABLE) {
    const [place] = pattern.exec(path) ?? [];
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Later items of a list go first, so that the numbers of the others stay. */
function fromBehind(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true });
}

function removeAt(config: Values, path: string): boolean {
  const steps = path.split(/[.[\]]+/).filter(Boolean);
  const last = steps.pop()!;
  const parent = steps.reduce<unknown>((value, step) => (value as Values | undefined)?.[step], config);
  if (Array.isArray(parent)) return parent.splice(Number(last), 1).length > 0;
  if (typeof parent !== "object" || parent === null || !Object.hasOwn(parent, last)) return false;
  return Reflect.deleteProperty(parent, last);
}
