import type { StackValidationPolicy } from "@pulumi/policy";
import { isBroken } from "../plan/rules/rule";
import { STACK_RULES } from "../plan/rules/stack-rules";
import { CONTAINER_TYPE, factsOfContainer, ifKnown } from "./resource-facts";
import { describeRule, renderViolation } from "./resource-policies";

/** The rules about all containers together, as policies of the same names and texts. */
export const STACK_POLICIES: readonly StackValidationPolicy[] = STACK_RULES.map((rule) => ({
  ...describeRule(rule),
  validateStack: ({ resources }, reportViolation) => {
    const containers = resources.filter(({ type }) => type === CONTAINER_TYPE);
    const facts = containers.map((container) => ifKnown(() => factsOfContainer(container)));
    // Two containers that are known to collide do so whatever the unknown ones turn out to be.
    const known = facts.filter((one) => one !== undefined);
    if (isBroken(rule, known)) reportViolation(renderViolation(rule, known));
  },
}));
