import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../engine/create-provider";
import type { PolicyPackConfig } from "../engine/policy/policy-config";
import { type OperationResult, runOperation } from "../engine/run-operation";
import { findPart } from "../operations/common/find-part";
import { today } from "../operations/common/today";
import { worstSeverity } from "../operations/look/audit";
import { mergeFindings } from "../operations/policy-findings";
import { BadInputError } from "../plan/problems/errors";
import { checkPlan } from "../plan/rules/check-plan";
import { readPolicySettings } from "../plan/rules/policy-settings";
import { renderJunit } from "../plan/rules/render-junit";
import { renderSarif } from "../plan/rules/render-sarif";
import { renderViolations, type Violation } from "../plan/rules/violation";
import type { StackLocation } from "../stack/open-stack";
import { EXIT, EXIT_BROKEN } from "./exit-codes";
import { abortOnSignal, print } from "./io";
import { locateStack, openPlan } from "./stack";

export interface PolicyOptions {
  readonly stack: string;
  readonly out?: string;
  readonly policyPackConfig?: string;
}

/** @throws BadInputError for a file that cannot be read or is no JSON */
function readPackConfig(path: string): PolicyPackConfig {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as PolicyPackConfig;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === undefined ? "is no JSON" : `cannot be read (${code})`;
    throw BadInputError.of("--policy-pack-config", `${problem}: \`${path}\``, '{ "image-pinned-by-digest": "mandatory" }', { cause });
  }
}

/** Previews into a state of its own, which is thrown away: every resource is new, so every resource is judged. */
export async function runPolicy({ stack, out, policyPackConfig }: PolicyOptions): Promise<void> {
  const { plan } = await openPlan(stack);
  const location = await locateStack(stack);
  const config = policyPackConfig === undefined ? {} : readPackConfig(policyPackConfig);
  const refused = checkPlan(plan, today()).filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
  const { result, said } = await previewAlone(location, config);
  const ofPlan = checkPlan(plan, today(), readPolicySettings(config));
  const violations = mergeFindings(plan, { refused, ofPlan, ofPack: result.violations });
  const mandatory = violations.filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
  if (result.outcome !== "succeeded" && mandatory.length === 0) throw new Error(`policy: the preview failed\n${said.join("\n")}`);

  writeReports(out ?? join(location.projectFolder, ".ldms/policy", stack), stack, violations);
  print(renderReport(stack, violations));
  const worst = worstSeverity(mandatory);
  process.exitCode = worst ? EXIT_BROKEN[worst] : EXIT.done;
}

async function previewAlone(
  location: StackLocation,
  policyPackConfig: PolicyPackConfig,
): Promise<{ readonly result: OperationResult; readonly said: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-policy-"));
  const said: string[] = [];
  // The program's one look at hosts.
  process.env["LDMS_SWEEP"] = "off";
  try {
    const result = await runOperation({
      ...location,
      backendUrl: `file://${folder}`,
      kind: "preview",
      policyPacks: [findPart(location.projectFolder, "policies")],
      policyPackConfig,
      createProvider: (name) => createProvider(name, location.projectFolder),
      onEvent: ({ diagnosticEvent }) => {
        if (diagnosticEvent && diagnosticEvent.severity !== "info") said.push(diagnosticEvent.message.trimEnd());
      },
      signal: abortOnSignal(),
    });
    return { result, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function renderReport(stack: string, violations: readonly Violation[]): string {
  const of = (enforcement: Violation["enforcement"]) => violations.filter((one) => one.enforcement === enforcement && !one.waived);
  const [mandatory, advisory, waived] = [of("mandatory"), of("advisory"), violations.filter((one) => one.waived)];
  return [
    `${stack}: ${mandatory.length} mandatory and ${advisory.length} advisory findings, ${waived.length} waived`,
    ...(mandatory.length ? ["mandatory:", renderViolations(mandatory)] : []),
    ...(advisory.length ? ["advice:", renderViolations(advisory)] : []),
    ...(waived.length ? ["waived:", renderViolations(waived)] : []),
  ].join("\n");
}

function writeReports(folder: string, stack: string, violations: readonly Violation[]): void {
  mkdirSync(folder, { recursive: true });
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const reports = {
    "policy.txt": `${renderReport(stack, violations)}\n`,
    "policy.json": json({ stack, violations }),
    "policy.sarif": json(renderSarif(`Pulumi.${stack}.yaml`, violations)),
    "policy.xml": renderJunit(stack, violations),
  };
  for (const [name, text] of Object.entries(reports)) writeFileSync(join(folder, name), text);
}
