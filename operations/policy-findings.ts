import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlannedFanOut } from "../plan/model/fan-out";
import { childName, resourceNamesOfHost } from "../plan/model/resource-names";
import { ALL_RULES } from "../plan/rules/all-rules";
import { mergeViolations } from "../plan/rules/check-plan";
import type { Violation } from "../plan/rules/violation";

/** A finding as an engine tells it. */
export interface PolicyFinding {
  readonly policy: string;
  readonly enforcement: "advisory" | "mandatory";
  /** The rule's description, its message and `help: …`, a line each. */
  readonly message: string;
  readonly urn: string;
}

/** Policies that report the stack file's waivers. */
const PACK_ONLY = ["waivers-shown", "waiver-not-expired", "waiver-within-a-year"];

export interface Findings {
  /** What the plan breaks by the stack file alone: no deployment lets it pass, whatever a policy run says of the rule. */
  readonly refused: readonly Violation[];
  /** By the levels and parameters of the policy run: of a batch whose image is not built yet the pack sees nothing, and the plan all. */
  readonly ofPlan: readonly Violation[];
  readonly ofPack: readonly PolicyFinding[];
}

/** What the pack found on resources, one by one, and what the plan's own check found, as one list: each violation once, with its hosts. */
export function mergeFindings(plan: DeploymentPlan, { refused, ofPlan, ofPack }: Findings): Violation[] {
  const hostsOf = new Map([...hostsOfResources(plan), ...hostsOfBatches(plan)]);
  const read = ({ policy, enforcement, message, urn }: PolicyFinding): Violation => {
    const rule = ALL_RULES.find(({ name }) => name === policy);
    const lines = message.split("\n").filter((line) => line !== rule?.description && !line.startsWith("help: "));
    return {
      rule: policy,
      severity: rule?.severity ?? "medium",
      enforcement,
      help: rule?.help ?? "",
      message: lines.join("\n"),
      hosts: hostsOf.get(urn.split("::").at(-1) ?? "") ?? [],
    };
  };
  // What is waived, and until when, the plan's own check says as violations.
  const found = ofPack.filter(({ policy }) => !PACK_ONLY.includes(policy));
  return mergeViolations([...refused, ...found.map(read), ...ofPlan]);
}

function hostsOfResources(plan: DeploymentPlan): (readonly [resource: string, hosts: readonly string[]])[] {
  return plan.hosts.flatMap(({ name }) => resourceNamesOfHost(plan, name).map((resource) => [resource, [name]] as const));
}

function hostsOfBatches(plan: DeploymentPlan): (readonly [resource: string, hosts: readonly string[]])[] {
  const of = ({ name, groups }: PlannedFanOut) =>
    groups.flatMap(({ batches }) => batches.map((batch) => [childName(name, batch.name), batch.hosts] as const));
  return listFanOuts(plan)
    .flatMap(of)
    .map(([resource, hosts]) => [resource, hosts.map(({ name }) => name)]);
}
