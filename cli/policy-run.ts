import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyPackConfig } from "../engine/policy/policy-config";
import { worstSeverity } from "../operations/observe/audit";
import { BadInputError, ConfigError } from "../plan/problems/errors";
import { checkPolicySettings } from "../plan/rules/policy-settings";
import { renderWaived } from "../plan/rules/render-findings";
import { renderJunit } from "../plan/rules/render-junit";
import { renderSarif } from "../plan/rules/render-sarif";
import { isRefusal, renderByRule, type Violation } from "../plan/rules/violation";
import { EXIT, EXIT_BROKEN } from "./exit-codes";
import { abortOnSignal, print } from "./io";
import { openSite } from "./stack";

export interface PolicyOptions {
  readonly stack: string;
  readonly out?: string;
  readonly policyPackConfig?: string;
  /** Print each waived finding. */
  readonly waived?: boolean;
}

/** @throws BadInputError for a file that cannot be read or is no JSON, or names what is no rule */
function readPackConfig(path: string): PolicyPackConfig {
  let config: PolicyPackConfig;
  try {
    config = JSON.parse(readFileSync(path, "utf8")) as PolicyPackConfig;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === undefined ? "is no JSON" : `cannot be read (${code})`;
    throw BadInputError.of("--policy-pack-config", `${problem}: \`${path}\``, '{ "image-pinned-by-digest": "mandatory" }', { cause });
  }
  const problems = checkPolicySettings(config);
  if (problems.length > 0) throw new ConfigError(path, problems);
  return config;
}

export async function runPolicy({ stack, out, policyPackConfig, waived = false }: PolicyOptions): Promise<void> {
  const site = await openSite(stack);
  const packConfig = policyPackConfig === undefined ? {} : readPackConfig(policyPackConfig);
  const { violations } = await site.policy({ packConfig, signal: abortOnSignal() });
  writeReports(out ?? join(site.folder, ".ldms/policy", stack), stack, violations);
  print(renderReport(stack, violations, waived));
  const worst = worstSeverity(violations.filter(isRefusal));
  process.exitCode = worst ? EXIT_BROKEN[worst] : EXIT.done;
}

function renderReport(stack: string, violations: readonly Violation[], withWaived: boolean): string {
  const of = (enforcement: Violation["enforcement"]) => violations.filter((one) => one.enforcement === enforcement && !one.waived);
  const [mandatory, advisory, waived] = [of("mandatory"), of("advisory"), violations.filter((one) => one.waived)];
  const summary = withWaived ? undefined : renderWaived(waived);
  return [
    `${stack}: ${mandatory.length} mandatory and ${advisory.length} advisory findings, ${waived.length} waived`,
    ...(mandatory.length ? ["mandatory:", renderByRule(mandatory)] : []),
    ...(advisory.length ? ["advice:", renderByRule(advisory)] : []),
    ...(waived.length && withWaived ? ["waived:", renderByRule(waived)] : []),
    ...(summary === undefined ? [] : [`${summary}: ldms policy -s ${stack} --waived`]),
  ].join("\n");
}

function writeReports(folder: string, stack: string, violations: readonly Violation[]): void {
  mkdirSync(folder, { recursive: true });
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  const reports = {
    "policy.txt": `${renderReport(stack, violations, true)}\n`,
    "policy.json": json({ stack, violations }),
    "policy.sarif": json(renderSarif(`Pulumi.${stack}.yaml`, violations)),
    "policy.xml": renderJunit(stack, violations),
  };
  for (const [name, text] of Object.entries(reports)) writeFileSync(join(folder, name), text);
}
