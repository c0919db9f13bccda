import type { ResourceValidationPolicy } from "@pulumi/policy";
import { COMMAND_RULES, CONNECTION_RULES } from "../plan/rules/command-rules";
import { CONTAINER_RULES } from "../plan/rules/container-rules";
import { FILE_RULES } from "../plan/rules/file-rules";
import { withGiven } from "../plan/rules/grants";
import { IMAGE_RULES } from "../plan/rules/image-rules";
import type { RuleParameters } from "../plan/rules/parameters";
import type { Rule } from "../plan/rules/rule";
import { findWaiver, type Subject } from "../plan/rules/waivers";
import { factsOfCommand, factsOfConnection, PROVIDER_TYPE } from "./command-facts";
import { describeRule, readParameters, renderViolation } from "./describe-rule";
import { CONTAINER_TYPE, DELIVERY_TYPES, factsOfContainers, factsOfDelivery, factsOfUsedImage, IMAGE_TYPE } from "./resource-facts";
import { ifKnown, NOT_CHECKABLE, type SeenResource } from "./seen-resource";
import { readStackSettings } from "./stack-settings";

/** What judges resources of some types by the rules of one table. */
interface Table<Facts> {
  readonly types: readonly string[];
  readonly factsOf: (resource: SeenResource) => readonly Facts[];
  readonly subjectOf: (facts: Facts) => Subject;
}

/** The rules about one resource each, as policies of the same names and texts. */
export const RESOURCE_POLICIES: readonly ResourceValidationPolicy[] = [
  ...policiesOf(CONTAINER_RULES, {
    types: [CONTAINER_TYPE, ...DELIVERY_TYPES],
    factsOf: factsOfContainers,
    subjectOf: ({ host, name }) => ({ host, container: name }),
  }),
  ...policiesOf(FILE_RULES, { types: DELIVERY_TYPES, factsOf: factsOfDelivery, subjectOf: ({ host }) => ({ host }) }),
  ...policiesOf(IMAGE_RULES, {
    types: [IMAGE_TYPE, CONTAINER_TYPE, ...DELIVERY_TYPES],
    factsOf: factsOfUsedImage,
    subjectOf: ({ hosts: [host] }) => (host === undefined ? {} : { host }),
  }),
  ...policiesOf(COMMAND_RULES, {
    types: DELIVERY_TYPES,
    factsOf: (resource) => [factsOfCommand(resource)],
    subjectOf: ({ host }) => ({ host }),
  }),
  ...policiesOf(CONNECTION_RULES, {
    types: [...DELIVERY_TYPES, PROVIDER_TYPE],
    factsOf: factsOfConnection,
    subjectOf: ({ host }) => ({ host }),
  }),
];

function policiesOf<Facts>(rules: readonly Rule<Facts>[], table: Table<Facts>): ResourceValidationPolicy[] {
  return rules.filter(({ readers }) => readers.includes("resources")).map((rule) => resourcePolicy(rule, table));
}

function resourcePolicy<Facts>(rule: Rule<Facts>, { types, factsOf, subjectOf }: Table<Facts>): ResourceValidationPolicy {
  return {
    ...describeRule(rule),
    validateResource: (args, reportViolation) => {
      if (!types.includes(args.type)) return args.notApplicable(`it judges ${types.join(" and ")}`);
      const parameters: RuleParameters = readParameters(rule, args);
      const facts = ifKnown(() => factsOf(args).filter((one) => rule.applies(one)));
      const verdicts = (facts ?? []).map((one) => ({ one, holds: ifKnown(() => rule.holds(one, parameters)) }));
      let known: ReturnType<typeof readStackSettings> | undefined;
      const settings = () => (known ??= readStackSettings());
      const own = (one: Facts) => withGiven(parameters, settings().given, subjectOf(one));
      const isLeft = (one: Facts) => findWaiver(rule, subjectOf(one), settings()) !== undefined || rule.holds(one, own(one)) === true;
      const broken = verdicts.filter(({ one, holds }) => holds === false && !isLeft(one));
      // A batch has as many of one container as it has hosts.
      for (const message of new Set(broken.map(({ one }) => renderViolation(rule, one, own(one))))) reportViolation(message);
      // Left to itself the engine would report an unknown value as a violation of its own.
      const isUnknown = facts === undefined || verdicts.some(({ holds }) => holds === undefined);
      if (isUnknown) args.notApplicable(NOT_CHECKABLE);
    },
  };
}
