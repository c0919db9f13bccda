import type { PolicyConfigSchema } from "@pulumi/policy";
import { renderFrameworks } from "../plan/rules/frameworks";
import { DEFAULT_PARAMETERS, type RuleParameters } from "../plan/rules/parameters";
import type { Rule } from "../plan/rules/rule";

/** What a policy says of itself, as its rule does. */
export function describeRule<Facts>(rule: Rule<Facts>) {
  const { name, description, severity, enforcement, help, frameworks = [] } = rule;
  const [framework] = frameworks;
  const schema = configSchema(rule);
  return {
    ...{ name, description, severity, enforcementLevel: enforcement, remediationSteps: help },
    ...(framework && { framework: { ...framework, specification: renderFrameworks(frameworks) } }),
    ...(schema && { configSchema: schema }),
  };
}

/** Every parameter is a list, of numbers where its default has some. */
function configSchema<Facts>({ parameters = [] }: Rule<Facts>): PolicyConfigSchema | undefined {
  if (parameters.length === 0) return undefined;
  const properties = parameters.map((name) => {
    const defaults: readonly (string | number)[] = DEFAULT_PARAMETERS[name];
    return [
      name,
      { type: "array" as const, items: { type: typeof defaults[0] === "number" ? ("number" as const) : ("string" as const) } },
    ] as const;
  });
  return { properties: Object.fromEntries(properties) };
}

/** What `--policy-pack-config` sets of a rule, in front of the defaults. */
export function readParameters<Facts>(
  { parameters = [] }: Rule<Facts>,
  { getConfig }: { getConfig<T extends object>(): T },
): RuleParameters {
  if (parameters.length === 0) return DEFAULT_PARAMETERS;
  return { ...DEFAULT_PARAMETERS, ...getConfig<Partial<RuleParameters>>() };
}

/** The rule's message and help, as the plan's own check prints them. */
export function renderViolation<Facts>(rule: Rule<Facts>, facts: Facts, parameters: RuleParameters): string {
  return `${rule.message(facts, parameters)}\nhelp: ${rule.help}`;
}
