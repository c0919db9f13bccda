import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { renderViolations } from "../plan/errors";
import { checkFacts } from "../plan/rules/check-plan";
import { DEFAULT_PARAMETERS } from "../plan/rules/parameters";
import { isBroken } from "../plan/rules/rule";
import { STACK_RULES } from "../plan/rules/stack-rules";
import type { StackFacts } from "../plan/rules/topology";
import { expiredWaivers, findWaiver } from "../plan/rules/waivers";
import { describeRule, renderViolation } from "./describe-rule";
import { CONTAINER_TYPE, DELIVERY_TYPES, factsOfContainer, factsOfDelivery, ifKnown } from "./resource-facts";
import { readStackSettings } from "./stack-settings";

/**
 * What a preview knows. At the end of one, the real engine shows what the provider will only compute (`entrypoints`, `securityOpts`) as
 * unknown, even where the program left it out: that is as if it were not set. Without it, every container would be missing here.
 */
function factsOfStack(all: readonly PolicyResource[]): StackFacts {
  const resources = all.map(({ type, name, props }) => ({ type, name, props: knownProps(props) }));
  return {
    containers: resources.filter(({ type }) => type === CONTAINER_TYPE).map(factsOfContainer),
    files: resources.filter(({ type }) => DELIVERY_TYPES.includes(type)).flatMap((one) => ifKnown(() => factsOfDelivery(one)) ?? []),
  };
}

function knownProps(props: PolicyResource["props"]): PolicyResource["props"] {
  return new Proxy(props, { get: (target, key) => ifKnown(() => Reflect.get(target, key) as unknown) });
}

/** The rules about all containers together, as policies of the same names and texts; and what is waived, in every run. */
export const STACK_POLICIES: readonly StackValidationPolicy[] = [
  ...STACK_RULES.map(
    (rule): StackValidationPolicy => ({
      ...describeRule(rule),
      validateStack: ({ resources }, reportViolation) => {
        const known = factsOfStack(resources);
        if (!ifKnown(() => isBroken(rule, known)) || findWaiver(rule, {}, readStackSettings())) return;
        reportViolation(renderViolation(rule, known, DEFAULT_PARAMETERS));
      },
    }),
  ),
  {
    name: "waivers-shown",
    description: "What breaks a rule and is let pass is said in every run.",
    severity: "low",
    enforcementLevel: "advisory",
    validateStack: ({ resources }, reportViolation) => {
      const { containers, files } = factsOfStack(resources);
      // Every rule reads them: here it is cheaper to read all of each, once.
      const known = containers.flatMap((one) => ifKnown(() => ({ ...one })) ?? []);
      const waived = checkFacts({ containers: known, files, images: [] }, readStackSettings()).filter((violation) => violation.waived);
      for (const violation of waived) reportViolation(renderViolations([violation]).trim().replace(/^- /, ""));
    },
  },
  {
    name: "waiver-not-expired",
    description: "No waiver of the stack file is past its last day.",
    severity: "high",
    enforcementLevel: "mandatory",
    validateStack: (_stack, reportViolation) => {
      for (const violation of expiredWaivers(readStackSettings())) reportViolation(renderViolations([violation]).trim().replace(/^- /, ""));
    },
  },
];
