import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { checkFacts } from "../plan/rules/check-plan";
import { DEFAULT_PARAMETERS } from "../plan/rules/parameters";
import { countByRule, renderWaived } from "../plan/rules/render-findings";
import { isBroken } from "../plan/rules/rule";
import { STACK_RULES } from "../plan/rules/stack-rules";
import type { StackFacts } from "../plan/rules/topology-facts";
import { renderViolations, type Violation } from "../plan/rules/violation";
import { endlessWaivers, expiredWaivers, findWaiver } from "../plan/rules/waivers";
import { readWhole } from "./container-inputs";
import { describeRule, renderViolation } from "./describe-rule";
import { CONTAINER_TYPE, DELIVERY_TYPES, factsOfContainers, factsOfDelivery } from "./resource-facts";
import { ifKnown, NOT_CHECKABLE, readInput } from "./seen-resource";
import { readStackSettings } from "./stack-settings";

/**
 * What a preview knows. At the end of one, the real engine shows what the provider will only compute (`entrypoints`, `securityOpts`) as
 * unknown, even where the program left it out: that is as if it were not set. Without it, every container would be missing here.
 *
 * @returns undefined where containers are missing, as those of a batch whose image is not built yet
 */
function factsOfStack(all: readonly PolicyResource[]): StackFacts | undefined {
  const commands = all.filter(({ type }) => DELIVERY_TYPES.includes(type));
  if (commands.some(({ props }) => isUnknown(props, "create"))) return undefined;
  const containers = all
    .filter(({ type }) => type === CONTAINER_TYPE)
    .map(({ type, name, props }) => ({ type, name, props: knownProps(props) }));
  return {
    containers: [...containers, ...commands].flatMap(factsOfContainers),
    files: commands.flatMap(factsOfDelivery),
  };
}

function isUnknown(props: PolicyResource["props"], key: string): boolean {
  return ifKnown(() => [readInput(props, key)]) === undefined;
}

function knownProps(props: PolicyResource["props"]): PolicyResource["props"] {
  return new Proxy(props, { get: (target, key) => ifKnown(() => Reflect.get(target, key) as unknown) });
}

function renderOne(violation: Violation): string {
  return renderViolations([violation]).trim().replace(/^- /, "");
}

/** The rules about all containers together, as policies of the same names and texts; and what is waived, in every run. */
export const STACK_POLICIES: readonly StackValidationPolicy[] = [
  ...STACK_RULES.map(
    (rule): StackValidationPolicy => ({
      ...describeRule(rule),
      validateStack: ({ resources, notApplicable }, reportViolation) => {
        const known = factsOfStack(resources) ?? notApplicable(NOT_CHECKABLE);
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
    validateStack: ({ resources, notApplicable }, reportViolation) => {
      const { containers, files } = factsOfStack(resources) ?? notApplicable(NOT_CHECKABLE);
      // Every rule reads them: here it is cheaper to read all of each, once.
      const known = containers.flatMap((one) => ifKnown(() => readWhole(one)) ?? []);
      const waived = checkFacts({ stack: { containers: known, files }, images: [] }, readStackSettings()).filter(({ waived }) => waived);
      const summary = renderWaived(waived);
      if (summary !== undefined) reportViolation(`${summary}: ${countByRule(waived)}\nhelp: ldms policy -s STACK --waived`);
    },
  },
  {
    name: "waiver-not-expired",
    description: "No waiver of the stack file is past its last day.",
    severity: "high",
    enforcementLevel: "mandatory",
    validateStack: (_stack, reportViolation) => {
      for (const violation of expiredWaivers(readStackSettings())) reportViolation(renderOne(violation));
    },
  },
  {
    name: "waiver-within-a-year",
    description: "No waiver of the stack file has a last day more than a year from today.",
    severity: "high",
    enforcementLevel: "mandatory",
    validateStack: (_stack, reportViolation) => {
      for (const violation of endlessWaivers(readStackSettings())) reportViolation(renderOne(violation));
    },
  },
];
