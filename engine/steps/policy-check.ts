import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { parseProviderReference, urnName } from "../../stack/urn";
import { type PolicyViolation, StopError } from "../events/run-outcome";
import type { Goal } from "../goal/goal";
import type { RunContext } from "../run/run-context";

/**
 * Shows a resource to the policy packs before anything is done to it. Returns the inputs, as remediations left them.
 * A preview goes on behind a mandatory violation, to show all of them at once.
 * @throws StopError when an update violates a mandatory policy.
 */
export async function checkPolicies(context: RunContext, record: ResourceRecord, goal: Goal): Promise<PropertyMap> {
  if (context.policies.isEmpty) return record.inputs;
  const provider = record.provider === "" ? undefined : providerRecord(context, record.provider);
  const remediated = await context.policies.remediate({ record, goal, provider });
  const { inputs, violations: ofRemediation } = remediated;
  const violations = [...ofRemediation, ...(await context.policies.analyze({ record: { ...record, inputs }, goal, provider }))];
  reportViolations(context, violations);
  if (violations.some(({ enforcement }) => enforcement === "mandatory")) {
    const message = `\`${urnName(record.urn)}\`: violates a mandatory policy`;
    if (!context.isPreview) throw new StopError(record.urn, message, true);
    context.outcome.failByPolicy(record.urn, message);
  }
  return inputs;
}

/** Shows the finished stack to the packs. A mandatory violation fails the run; nothing is left to stop. */
export async function checkStackPolicies(context: RunContext): Promise<void> {
  if (context.policies.isEmpty) return;
  const violations = await context.policies.analyzeStack(context.snapshot.records.filter((record) => !record.isCondemned));
  reportViolations(context, violations);
  const broken = violations.find(({ enforcement }) => enforcement === "mandatory");
  if (broken !== undefined)
    context.outcome.failAndStop(broken.urn, `policy \`${broken.policy}\` of \`${broken.policyPack}\`: ${broken.message}`);
}

function providerRecord(context: RunContext, reference: string): ResourceRecord | undefined {
  const { urn } = parseProviderReference(reference);
  return context.snapshot.findNew(urn) ?? context.olds.find((old) => old.urn === urn);
}

function reportViolations(context: RunContext, violations: readonly PolicyViolation[]): void {
  for (const violation of violations) {
    context.outcome.violations.push(violation);
    context.events.policy({
      resourceUrn: violation.urn,
      message: violation.message,
      color: "never",
      policyName: violation.policy,
      policyPackName: violation.policyPack,
      policyPackVersion: "",
      policyPackVersionTag: "",
      enforcementLevel: violation.enforcement === "mandatory" ? "mandatory" : "warning",
    });
  }
}
