import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { createHostEdge } from "./operations/host-edge";
import { planStack, type StackValues, stackValues } from "./operations/plan-stack";
import { stageBuilds } from "./operations/stage-builds";
import { countGenerations, KeptSweep, renderSweepResult, sweepHosts } from "./operations/sweep";
import type { DeploymentPlan } from "./plan/deployment-plan";
import { assertNoViolations, checkPlan } from "./plan/rules/check-plan";

/** What a deployment tells its caller; `pulumi stack output` and `ldms outputs` print it. */
export interface DeploymentOutputs {
  /** `http://cygnus-07:80` */
  readonly ui?: string;
  readonly grafana?: string;
}

/**
 * Deploys the cluster of the current stack: reads its config, plans, checks the plan, and registers every resource of it.
 *
 * @throws ConfigError, PlanViolationError before anything is registered.
 */
export async function deployCluster(): Promise<DeploymentOutputs> {
  const values = runtimeValues();
  const { plan: planned } = planStack(values);
  assertNoViolations(checkPlan(planned));
  const { steps, images, notes } = await stageBuilds(planned, values.projectFolder);
  for (const note of notes) await pulumi.log.info(`images: ${note}`);
  const plan = { ...planned, images };
  const generationOf = await lookForDrift(plan, values.projectFolder);
  new Cluster(plan.stack, { plan, steps, edge: createHostEdge(values), generationOf });
  return plan.endpoints;
}

/** Says that nobody looked; in a preview only, where it shows every batch as changed. */
const UNKNOWN_GENERATION = "unknown (no sweep)";

/** One look at all hosts of the method `fan-out`, for which the providers have no read; said, and kept from the preview for the update. */
async function lookForDrift(plan: DeploymentPlan, projectFolder: string): Promise<(batch: string) => string> {
  const { fanOut } = plan;
  const isPreview = pulumi.runtime.isDryRun();
  const sweepMode = process.env["LDMS_SWEEP"];
  if (!fanOut || sweepMode === "images" || (isPreview && sweepMode === "off")) return () => UNKNOWN_GENERATION;
  const kept = new KeptSweep(projectFolder, plan);
  const earlier = isPreview ? undefined : kept.take();
  const sweep = earlier ?? (await sweepHosts(plan, fanOut));
  if (isPreview) kept.keep(sweep);
  if (!earlier) await pulumi.log.info(`sweep: ${renderSweepResult(sweep).join("\n")}`);
  const generations = countGenerations(fanOut, sweep);
  return (batch) => String(generations[batch]);
}

/** Exists at run time and is left out of the SDK's public types. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

function runtimeValues(): StackValues {
  const config = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [key, { value, isSecret: isConfigSecret(key) }] as const);
  return stackValues(pulumi.getStack(), process.cwd(), Object.fromEntries(config));
}
