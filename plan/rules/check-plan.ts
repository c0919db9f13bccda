import type { DeploymentPlan } from "../deployment-plan";
import { PlanViolationError, type Violation } from "../errors";
import { CONTAINER_RULES } from "./container-rules";
import { factsOfFiles, factsOfImage, factsOfPlanned } from "./facts";
import { FILE_RULES } from "./file-rules";
import { IMAGE_RULES } from "./image-rules";
import { isBroken, type Rule } from "./rule";
import { STACK_RULES } from "./stack-rules";

/** Every rule on everything that the plan makes; what is wrong in the same words on several hosts is one violation. */
export function checkPlan(plan: DeploymentPlan): Violation[] {
  const containers = plan.containers.map(factsOfPlanned);
  return mergeHosts([
    ...judge(CONTAINER_RULES, containers, ({ host }) => [host]),
    ...judge(FILE_RULES, factsOfFiles(plan), ({ host }) => [host]),
    ...judge(IMAGE_RULES, plan.images.map(factsOfImage), () => []),
    ...judge(STACK_RULES, [containers], () => []),
  ]);
}

function judge<Facts>(rules: readonly Rule<Facts>[], all: readonly Facts[], hostsOf: (facts: Facts) => readonly string[]): Violation[] {
  return rules.flatMap((rule) => {
    const { name, severity, enforcement, help } = rule;
    const broken = all.filter((facts) => isBroken(rule, facts));
    return broken.map((facts) => ({ rule: name, severity, enforcement, help, message: rule.message(facts), hosts: hostsOf(facts) }));
  });
}

function mergeHosts(violations: readonly Violation[]): Violation[] {
  const merged = new Map<string, Violation>();
  for (const violation of violations) {
    const key = `${violation.rule}\n${violation.message}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, hosts: [...known.hosts, ...violation.hosts] } : violation);
  }
  return [...merged.values()];
}

/** @throws PlanViolationError with every mandatory violation among them. */
export function assertNoViolations(violations: readonly Violation[]): void {
  const mandatory = violations.filter(({ enforcement }) => enforcement === "mandatory");
  if (mandatory.length) throw new PlanViolationError(mandatory);
}
