/** From the least on. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule says of itself. */
export type RuleText = Pick<Rule<unknown>, "name" | "description" | "severity" | "enforcement" | "help">;

/** One rule about one kind of thing; the plan's check, the policy pack and an audit of running hosts all read it from here. */
export interface Rule<Facts> {
  /** Kebab-case, the good state: `image-pinned-by-digest`. */
  readonly name: string;
  readonly description: string;
  readonly severity: Severity;
  /** A broken mandatory rule stops a deployment before anything changes. */
  readonly enforcement: "advisory" | "mandatory";
  /** Whether the rule has anything to say of it. */
  readonly applies: (facts: Facts) => boolean;
  /** undefined: cannot be told yet, which breaks nothing. */
  readonly holds: (facts: Facts) => boolean | undefined;
  /** What is wrong, with the value; without the host, so that equal messages of many hosts are one. */
  readonly message: (facts: Facts) => string;
  readonly help: string;
  /** For the tests and the documentation. */
  readonly examples: { readonly breaking: Facts; readonly passing: Facts };
}

export function isBroken<Facts>(rule: Rule<Facts>, facts: Facts): boolean {
  return rule.applies(facts) && rule.holds(facts) === false;
}
