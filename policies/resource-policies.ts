import type { ResourceValidationPolicy } from "@pulumi/policy";
import { CONTAINER_RULES } from "../plan/rules/container-rules";
import { FILE_RULES } from "../plan/rules/file-rules";
import { IMAGE_RULES } from "../plan/rules/image-rules";
import { isBroken, type Rule } from "../plan/rules/rule";
import {
  CONTAINER_TYPE,
  DELIVERY_TYPES,
  factsOfContainer,
  factsOfDelivery,
  factsOfPulledImage,
  IMAGE_TYPE,
  ifKnown,
  type SeenResource,
} from "./resource-facts";

/** The rules about one resource each, as policies of the same names and texts. */
export const RESOURCE_POLICIES: readonly ResourceValidationPolicy[] = [
  ...CONTAINER_RULES.map((rule) => resourcePolicy(rule, [CONTAINER_TYPE], (resource) => [factsOfContainer(resource)])),
  ...IMAGE_RULES.map((rule) => resourcePolicy(rule, [IMAGE_TYPE], (resource) => [factsOfPulledImage(resource)])),
  ...FILE_RULES.map((rule) => resourcePolicy(rule, DELIVERY_TYPES, factsOfDelivery)),
];

function resourcePolicy<Facts>(
  rule: Rule<Facts>,
  types: readonly string[],
  factsOf: (resource: SeenResource) => readonly Facts[],
): ResourceValidationPolicy {
  return {
    ...describeRule(rule),
    validateResource: (args, reportViolation) => {
      if (!types.includes(args.type)) return args.notApplicable(`it judges ${types.join(" and ")}`);
      const facts = ifKnown(() => factsOf(args).filter((one) => rule.applies(one)));
      for (const one of facts ?? []) if (isBroken(rule, one)) reportViolation(renderViolation(rule, one));
      // Left to itself the engine would report an unknown value as a violation of its own.
      const isUnknown = facts === undefined || facts.some((one) => rule.holds(one) === undefined);
      if (isUnknown) args.notApplicable("not checkable in preview, checked in up");
    },
  };
}

/** What a policy says of itself, as its rule does. */
export function describeRule<Facts>({ name, description, severity, enforcement, help }: Rule<Facts>) {
  return { name, description, severity, enforcementLevel: enforcement, remediationSteps: help };
}

/** The rule's message and help, as the plan's own check prints them. */
export function renderViolation<Facts>(rule: Rule<Facts>, facts: Facts): string {
  return `${rule.message(facts)}\nhelp: ${rule.help}`;
}
