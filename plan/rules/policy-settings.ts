import { ALL_RULES } from "./all-rules";
import { DEFAULT_PARAMETERS, type ParameterName, type RuleParameters } from "./parameters";
import type { RuleText } from "./rule";

/** What a policy run says of the rules, for whoever judges in the words of the pack. */
export interface PolicySettings {
  readonly parameters: RuleParameters;
  readonly levels: Readonly<Record<string, Level>>;
}

type Level = RuleText["enforcement"] | "disabled";

/**
 * The JSON of `--policy-pack-config`: `{ "low-ports-listed": { "enforcementLevel": "mandatory", "lowPorts": [80] }, "all": "advisory" }`.
 * A rule's own entry comes before `all`. What is no level of this table, the engine refuses by name.
 */
export function readPolicySettings(config: Readonly<Record<string, unknown>>): PolicySettings {
  const entries = ALL_RULES.map((rule) => [rule, { ...readEntry(config["all"]), ...readEntry(config[rule.name]) }] as const);
  const levels = entries.flatMap(([{ name }, { enforcementLevel }]) =>
    isLevel(enforcementLevel) ? [[name, enforcementLevel] as const] : [],
  );
  const given = entries.flatMap(([{ parameters = [] }, entry]) => parameters.flatMap((name) => readList(name, entry)));
  return { levels: Object.fromEntries(levels), parameters: { ...DEFAULT_PARAMETERS, ...Object.fromEntries(given) } };
}

function readEntry(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "string") return { enforcementLevel: value };
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isLevel(value: unknown): value is Level {
  return value === "advisory" || value === "mandatory" || value === "disabled";
}

function readList(name: ParameterName, entry: Readonly<Record<string, unknown>>): (readonly [ParameterName, readonly unknown[]])[] {
  const value = entry[name];
  return Array.isArray(value) ? [[name, value]] : [];
}
