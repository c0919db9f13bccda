import type { PropertyMap, PropertyValue } from "../../stack/property-value";
import { Unknown } from "../../stack/property-value";
import type { CheckFailure, CheckResult } from "./provider";
import { ProviderError } from "./provider";
import { isMap } from "./values";

/** What an input may hold. By example: `{ list: { fields: { label: { shape: "string", isRequired: true } } } }`. */
export type Shape = "string" | "number" | "boolean" | "any" | ListShape | MapShape | ObjectShape;

export interface ListShape {
  readonly list: Shape;
}

/** Free keys, values of one shape: `logOpts`, `args`. */
export interface MapShape {
  readonly map: Shape;
}

export interface ObjectShape {
  readonly fields: Fields;
}

export interface Field {
  readonly shape: Shape;
  readonly isRequired?: true;
  /** Filled in by `check` when the program is silent, and listed in `__defaults` as the bridged providers do. */
  readonly default?: PropertyValue;
  /** The default is all that this engine knows: a program that names the option is refused. */
  readonly isFixed?: true;
  /** What is wrong with a value of the right shape, or `undefined`; not asked about unknown values. */
  readonly problem?: (value: PropertyValue) => string | undefined;
}

export type Fields = Readonly<Record<string, Field>>;

interface Walk {
  readonly type: string;
  readonly marksDefaults: boolean;
  readonly failures: CheckFailure[];
}

/**
 * Compares a program's inputs with the fields that this engine knows, all problems at once, and fills in defaults.
 *
 * @param marksDefaults whether each object gets `__defaults`, the names of the fields filled in (bridged providers: yes; native ones: no)
 * @throws ProviderError for an input that is not among the fields: an option that this engine would otherwise ignore in silence
 */
export function checkInputs(type: string, inputs: PropertyMap, fields: Fields, marksDefaults: boolean): CheckResult {
  const walk: Walk = { type, marksDefaults, failures: [] };
  const checked = checkObject(walk, "", inputs, fields);

  return { inputs: checked, failures: walk.failures };
}

function checkObject(walk: Walk, path: string, value: PropertyMap, fields: Fields): PropertyMap {
  const given = Object.keys(value).filter((name) => value[name] !== null && value[name] !== undefined && !name.startsWith("__"));
  const stranger = given.find((name) => fields[name] === undefined || fields[name].isFixed);
  if (stranger !== undefined) throw unknownOption(walk.type, join(path, stranger));

  const filled = Object.keys(fields).filter((name) => fields[name]!.default !== undefined && !given.includes(name));
  const result: Record<string, PropertyValue> = walk.marksDefaults ? { __defaults: filled.sort() } : {};
  for (const [name, field] of Object.entries(fields)) {
    if (given.includes(name)) result[name] = checkField(walk, join(path, name), value[name]!, field);
    else if (field.default !== undefined) result[name] = field.default;
    else if (field.isRequired) walk.failures.push({ property: join(path, name), reason: `\`${join(path, name)}\` is missing` });
  }

  return result;
}

function checkField(walk: Walk, path: string, value: PropertyValue, field: Field): PropertyValue {
  const failuresBefore = walk.failures.length;
  const checked = checkValue(walk, path, value, field.shape);
  const problem = value instanceof Unknown || walk.failures.length > failuresBefore ? undefined : field.problem?.(value);
  if (problem !== undefined) walk.failures.push({ property: path, reason: `\`${path}\` ${problem}` });

  return checked;
}

function checkValue(walk: Walk, path: string, value: PropertyValue, shape: Shape): PropertyValue {
  if (value instanceof Unknown || shape === "any") return value;
  if (typeof shape === "string") {
    if (typeof value !== shape) walk.failures.push({ property: path, reason: `\`${path}\` is not a ${shape}` });
    return value;
  }
  if ("list" in shape) {
    if (Array.isArray(value)) return value.map((element, index) => checkValue(walk, `${path}[${index}]`, element, shape.list));
    walk.failures.push({ property: path, reason: `\`${path}\` is not a list` });
    return value;
  }
  if (!isMap(value)) {
    walk.failures.push({ property: path, reason: `\`${path}\` is not an object` });
    return value;
  }
  if ("fields" in shape) return checkObject(walk, path, value, shape.fields);

  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, checkValue(walk, join(path, key), element, shape.map)]));
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The error for a type's option that the embedded engine does not have. */
function unknownOption(type: string, path: string): ProviderError {
  return new ProviderError(
    `${type}: the embedded engine does not know the option: \`${path}\`\nhelp: remove it, or run with \`--engine pulumi\``,
  );
}
