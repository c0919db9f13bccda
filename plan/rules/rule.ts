import type { Framework } from "./frameworks";
import { DEFAULT_PARAMETERS, type ParameterName, type RuleParameters } from "./parameters";

/** From the least on. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule says of itself. */
export type RuleText = Omit<Rule<unknown>, "applies" | "holds" | "message" | "examples">;

/** Who can see that a rule is broken: the check of the plan, the policy pack on resources, the audit of what runs. */
export type Reader = "plan" | "resources" | "audit";

/** One rule about one kind of thing; every reader reads it from here. */
export interface Rule<Facts> {
  /** Kebab-case, the good state: `image-pinned-by-digest`. */
  readonly name: string;
  readonly description: string;
  readonly severity: Severity;
  /** A broken mandatory rule stops a deployment before anything changes. */
  readonly enforcement: "advisory" | "mandatory";
  /** The controls of others that it stands for. */
  readonly frameworks?: readonly Framework[];
  readonly readers: readonly Reader[];
  /** What a policy run may set of it. */
  readonly parameters?: readonly ParameterName[];
  /** LDMS breaks it on purpose: reported as waived, for this reason, unless `ldms:profile` is another. */
  readonly byDesign?: { readonly reason: string; readonly profile?: "privileged" };
  /** Whether the rule has anything to say of it. */
  readonly applies: (facts: Facts) => boolean;
  /** undefined: cannot be told yet, which breaks nothing. */
  readonly holds: (facts: Facts, parameters: RuleParameters) => boolean | undefined;
  /** What is wrong, with the value; without the host, so that equal messages of many hosts are one. */
  readonly message: (facts: Facts, parameters: RuleParameters) => string;
  readonly help: string;
  /** For the tests and the documentation. */
  readonly examples: {
    readonly breaking: Facts;
    readonly passing: Facts;
    /** With which the two hold; absent: the defaults. */
    readonly parameters?: Partial<RuleParameters>;
  };
}

export function isBroken<Facts>(rule: Rule<Facts>, facts: Facts, parameters: RuleParameters = DEFAULT_PARAMETERS): boolean {
  return rule.applies(facts) && rule.holds(facts, parameters) === false;
}
