import type { DeploymentPlan } from "../plan/deployment-plan";
import type { Violation } from "../plan/errors";
import { resourceNamesOfHost } from "../plan/resource-names";
import { ALL_RULES } from "../plan/rules/all-rules";
import { mergeViolations } from "../plan/rules/check-plan";

/** A finding as an engine tells it. */
export interface PolicyFinding {
  readonly policy: string;
  readonly enforcement: "advisory" | "mandatory";
  /** The rule's description, its message and `help: …`, a line each. */
  readonly message: string;
  readonly urn: string;
}

/** Policies that report the stack file's waivers. */
const PACK_ONLY = ["waivers-shown", "waiver-not-expired"];

/** What the pack found on resources, one by one, and what the plan's own check found, as one list: each violation once, with its hosts. */
export function mergeFindings(plan: DeploymentPlan, ofPlan: readonly Violation[], ofPack: readonly PolicyFinding[]): Violation[] {
  const hostOf = new Map(plan.hosts.flatMap(({ name }) => resourceNamesOfHost(plan, name).map((resource) => [resource, name] as const)));
  const read = ({ policy, enforcement, message, urn }: PolicyFinding): Violation => {
    const rule = ALL_RULES.find(({ name }) => name === policy);
    const lines = message.split("\n").filter((line) => line !== rule?.description && !line.startsWith("help: "));
    const host = hostOf.get(urn.split("::").at(-1) ?? "");
    return {
      rule: policy,
      severity: rule?.severity ?? "medium",
      enforcement,
      help: rule?.help ?? "",
      message: lines.join("\n"),
      hosts: host === undefined ? [] : [host],
    };
  };
  // What is waived, and until when, the plan's own check says as violations.
  const found = ofPack.filter(({ policy }) => !PACK_ONLY.includes(policy));
  return mergeViolations([...found.map(read), ...ofPlan]);
}
