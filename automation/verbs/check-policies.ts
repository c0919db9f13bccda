import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../engine/create-provider";
import type { PolicyPackConfig } from "../../engine/policy/policy-config";
import { type OperationResult, runOperation } from "../../engine/run-operation";
import { findPart } from "../../operations/common/find-part";
import { today } from "../../operations/common/today";
import { SWEEP_VARIABLE } from "../../operations/observe/sweep";
import { mergeFindings } from "../../operations/policy-findings";
import { checkPlan } from "../../plan/rules/check-plan";
import { readPolicySettings } from "../../plan/rules/policy-settings";
import { isRefusal, type Violation } from "../../plan/rules/violation";
import type { StackLocation } from "../../stack/open-stack";
import { readSitePlan } from "../site-plan";

export interface PolicyArgs {
  /** Enforcement levels and settings by rule: `{ "image-pinned-by-digest": "mandatory" }`. */
  readonly packConfig?: PolicyPackConfig;
  readonly signal?: AbortSignal;
}

/** What the rules find in a stack's plan and in every resource of it; JSON as it is. */
export interface PolicyReport {
  readonly stack: string;
  readonly violations: readonly Violation[];
}

/** @throws Error where the preview failed for another reason than a rule that is broken */
export async function checkPolicies(location: StackLocation, { packConfig = {}, signal }: PolicyArgs): Promise<PolicyReport> {
  const { plan } = await readSitePlan(location);
  const refused = checkPlan(plan, today()).filter(isRefusal);
  const { result, said } = await previewAlone(location, packConfig, signal);
  const ofPlan = checkPlan(plan, today(), readPolicySettings(packConfig));
  const violations = mergeFindings(plan, { refused, ofPlan, ofPack: result.violations });
  if (result.outcome !== "succeeded" && !violations.some(isRefusal)) throw new Error(`policy: the preview failed\n${said.join("\n")}`);
  return { stack: location.stack, violations };
}

/** Previews into a state of its own, which is thrown away: every resource is new, so every resource is judged. */
async function previewAlone(
  location: StackLocation,
  policyPackConfig: PolicyPackConfig,
  signal: AbortSignal | undefined,
): Promise<{ readonly result: OperationResult; readonly said: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-policy-"));
  const said: string[] = [];
  try {
    const result = await runOperation({
      ...location,
      backendUrl: `file://${folder}`,
      kind: "preview",
      policyPacks: [findPart(location.projectFolder, "policies")],
      policyPackConfig,
      // The program's one look at hosts.
      environment: { [SWEEP_VARIABLE]: "off" },
      createProvider: (name) => createProvider(name, location.projectFolder),
      onEvent: ({ diagnosticEvent }) => {
        if (diagnosticEvent && diagnosticEvent.severity !== "info") said.push(diagnosticEvent.message.trimEnd());
      },
      ...(signal && { signal }),
    });
    return { result, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
