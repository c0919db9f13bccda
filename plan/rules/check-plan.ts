import type { DeploymentPlan } from "../deployment-plan";
import { PlanViolationError, type Violation } from "../errors";
import { CONTAINER_RULES } from "./container-rules";
import { type ContainerFacts, type FileFacts, factsOfFiles, factsOfImage, factsOfPlanned, type ImageFacts } from "./facts";
import { FILE_RULES } from "./file-rules";
import { IMAGE_RULES } from "./image-rules";
import { isBroken, type Rule, SEVERITIES } from "./rule";
import { STACK_RULES } from "./stack-rules";

/** What there is to judge, whoever tells it. */
export interface JudgedFacts {
  readonly containers: readonly ContainerFacts[];
  readonly files: readonly FileFacts[];
  readonly images: readonly ImageFacts[];
}

/** Every rule on everything that the plan makes. */
export function checkPlan(plan: DeploymentPlan): Violation[] {
  return checkFacts({ containers: plan.containers.map(factsOfPlanned), files: factsOfFiles(plan), images: plan.images.map(factsOfImage) });
}

/** Every rule on what is given, the worst first; what is wrong in the same words on several hosts is one violation. */
export function checkFacts({ containers, files, images }: JudgedFacts): Violation[] {
  return mergeViolations([
    ...judge(CONTAINER_RULES, containers, ({ host }) => [host]),
    ...judge(FILE_RULES, files, ({ host }) => [host]),
    ...judge(IMAGE_RULES, images, ({ hosts }) => hosts),
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

/** Each once, with all its hosts; the worst first. */
export function mergeViolations(violations: readonly Violation[]): Violation[] {
  const merged = new Map<string, Violation>();
  for (const violation of violations) {
    const key = `${violation.rule}\n${violation.message}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, hosts: [...new Set([...known.hosts, ...violation.hosts])] } : violation);
  }
  return [...merged.values()].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}

/** @throws PlanViolationError with every mandatory violation among them. */
export function assertNoViolations(violations: readonly Violation[]): void {
  const mandatory = violations.filter(({ enforcement }) => enforcement === "mandatory");
  if (mandatory.length) throw new PlanViolationError(mandatory);
}
