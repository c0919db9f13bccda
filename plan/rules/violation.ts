import { foldHosts } from "../hostlist/fold";
import { BadInputError } from "../problems/errors";
import { groupBy } from "../text/group-by";

/** A rule that something breaks. */
export interface Violation {
  /** `image-pinned-by-digest` */
  readonly rule: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly enforcement: "advisory" | "mandatory";
  /** Where; none where the rule is about the stack as a whole. */
  readonly hosts: readonly string[];
  readonly message: string;
  readonly help: string;
  /** Why it is let pass; `until`: `2027-03-31`, absent where LDMS breaks the rule by design. */
  readonly waived?: { readonly reason: string; readonly until?: string };
}

/** The plan breaks a mandatory rule; thrown before anything is registered. */
export class PlanViolationError extends BadInputError {
  override readonly name = "PlanViolationError";
  constructor(readonly violations: readonly Violation[]) {
    super(`the plan breaks mandatory rules:\n${renderViolations(violations)}`);
  }
}

/** It keeps a deployment from beginning. */
export function isRefusal({ enforcement, waived }: Violation): boolean {
  return enforcement === "mandatory" && !waived;
}

/** A line a violation, its hosts folded, and its help or the reason of its waiver below it. */
export function renderViolations(violations: readonly Violation[]): string {
  return violations.flatMap((violation) => [`  - ${renderViolation(violation)}`, `      ${renderRemedy(violation)}`]).join("\n");
}

/** The same with those of a rule together, and what they share said once, below the last of them. */
export function renderByRule(violations: readonly Violation[]): string {
  const groups = groupBy(violations, (violation) => `${violation.rule}\n${renderRemedy(violation)}`);
  return [...groups.values()]
    .flatMap((group) => [...group.map((violation) => `  - ${renderViolation(violation)}`), `      ${renderRemedy(group[0]!)}`])
    .join("\n");
}

function renderViolation({ rule, hosts, message }: Violation): string {
  return `${hosts.length ? `${foldHosts(hosts)}: ` : ""}${message} (${rule})`;
}

function renderRemedy({ help, waived }: Violation): string {
  if (!waived) return `help: ${help}`;
  return `waived${waived.until === undefined ? " by design" : ` until ${waived.until}`}: ${waived.reason}`;
}
