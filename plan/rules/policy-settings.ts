import type { ConfigProblem } from "../problems/errors";
import { showBriefly } from "../text/text";
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
 * A rule's own entry comes before `all`. What is no level of this table, `checkPolicySettings` names.
 */
export function readPolicySettings(config: Readonly<Record<string, unknown>>): PolicySettings {
  const entries = ALL_RULES.map((rule) => [rule, { ...readEntry(config["all"]), ...readEntry(config[rule.name]) }] as const);
  const levels = entries.flatMap(([{ name }, { enforcementLevel }]) =>
    isLevel(enforcementLevel) ? [[name, enforcementLevel] as const] : [],
  );
  const given = entries.flatMap(([{ parameters = [] }, entry]) => parameters.flatMap((name) => readList(name, entry)));
  return { levels: Object.fromEntries(levels), parameters: { ...DEFAULT_PARAMETERS, ...Object.fromEntries(given) } };
}

/** What in it the rules have no name or no level for. */
export function checkPolicySettings(config: unknown): ConfigProblem[] {
  if (typeof config !== "object" || config === null || Array.isArray(config))
    return [{ path: "the file", message: "is no map of rules", help: '{ "image-pinned-by-digest": "mandatory" }' }];
  return Object.entries(config).flatMap(([name, value]) => {
    const { enforcementLevel } = readEntry(value);
    if (name !== "all" && !ALL_RULES.some((rule) => rule.name === name))
      return [{ path: name, message: "is the name of no rule", help: "docs/policies.md lists them" }];
    if (typeof value !== "string" && (typeof value !== "object" || value === null))
      return [{ path: name, message: "is neither a level nor a map", help: LEVEL_HELP }];
    return enforcementLevel === undefined || isLevel(enforcementLevel)
      ? []
      : [{ path: name, message: `has no level that there is: \`${showBriefly(String(enforcementLevel))}\``, help: LEVEL_HELP }];
  });
}

const LEVEL_HELP = "advisory, mandatory or disabled";

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
