import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { stageBuilds } from "./operations/builds/stage-builds";
import { OperationError } from "./operations/common/operation-error";
import { today } from "./operations/common/today";
import { findTokens } from "./operations/images/find-tokens";
import { EarlySweepError, takeEarlySweep } from "./operations/observe/early-sweep";
import { assertSomeAnswered, countGenerations, renderSweepResult, SWEEP_VARIABLE, sweepHosts } from "./operations/observe/sweep";
import { assertReady } from "./operations/observe/sweep-findings";
import { planStack, type StackValues, stackValues } from "./operations/plan-stack";
import { assertHostsReady, LEFT_OUT_VARIABLE } from "./operations/preflight/assert-hosts-ready";
import { KeptAnswers } from "./operations/preflight/kept-answers";
import { HostsNotReadyError } from "./operations/preflight/pass-preflight";
import { createSecretInputs } from "./operations/reach/create-secret-inputs";
import { mayKeep } from "./operations/reach/kept-folder";
import { RemoteCommandError } from "./operations/reach/remote-error";
import { assertFilesSeen, SEEN_FILES_VARIABLE } from "./operations/seen-files";
import { KEEPS_WORDS_VARIABLE } from "./plan/deployed/deployed";
import { planDeliveries } from "./plan/fan-out/deliveries";
import { listFanOuts } from "./plan/fan-out/plan-fan-outs";
import type { Keeping } from "./plan/fan-out/run-connections";
import type { DeploymentPlan } from "./plan/model/deployment-plan";
import { BadInputError } from "./plan/problems/errors";
import { assertNoViolations, checkPlan } from "./plan/rules/check-plan";

/** What a deployment tells its caller; `pulumi stack output` and `ldms outputs` print it. */
export interface DeploymentOutputs {
  /** `http://cygnus-07:80` */
  readonly ui?: string;
  readonly grafana?: string;
}

/** What a person can mend, by its words alone; of all else an engine prints the trace as well. */
const EXPECTED = [BadInputError, HostsNotReadyError, OperationError, RemoteCommandError, EarlySweepError];

/**
 * Deploys the cluster of the current stack: reads its config, plans, checks the plan, and registers every resource of it.
 *
 * @throws RunError before anything is registered
 */
export async function deployCluster(): Promise<DeploymentOutputs> {
  try {
    return await registerCluster();
  } catch (error) {
    throw EXPECTED.some((kind) => error instanceof kind) ? new pulumi.RunError((error as Error).message) : error;
  }
}

async function registerCluster(): Promise<DeploymentOutputs> {
  const values = runtimeValues();
  const { plan: planned, sideFiles } = await planStack(values);
  if (!pulumi.runtime.isDryRun()) assertFilesSeen(process.env[SEEN_FILES_VARIABLE], values.projectFolder, planned.stack, sideFiles);
  assertNoViolations(checkPlan(planned, today()));
  await preflightHosts(planned, values.projectFolder);
  const { steps, images, notes } = await stageBuilds(planned, values.projectFolder, isForChecks());
  for (const note of notes) await pulumi.log.info(`images: ${note}`);
  const plan = { ...planned, images };
  const generationOf = await sweepForDrift(plan, values);
  const tokenOf = await findImageTokens(plan, values.projectFolder);
  new Cluster(plan.stack, {
    plan,
    steps,
    secretInputs: createSecretInputs({ ...values, isForChecks: isForChecks() }),
    generationOf,
    tokenOf,
    engineKeepsWords: process.env[KEEPS_WORDS_VARIABLE] === "1",
  });
  return plan.endpoints;
}

/** Before a real run of the method `docker`; a preview contacts no host. @throws HostsNotReadyError */
async function preflightHosts(plan: DeploymentPlan, projectFolder: string): Promise<void> {
  if (pulumi.runtime.isDryRun() || isForImages() || plan.method !== "docker") return;
  await assertHostsReady(plan, projectFolder, process.env[LEFT_OUT_VARIABLE]);
}

/** Says that no host was asked; in a preview only, where it shows every batch as changed. */
const NOT_SWEPT = "unknown (no sweep)";

/** One look at all hosts of the method `fan-out`, for which the providers have no read; said, and kept from the preview for the update. */
async function sweepForDrift(plan: DeploymentPlan, { projectFolder, secrets }: StackValues): Promise<(batch: string) => string> {
  const fanOuts = listFanOuts(plan);
  if (fanOuts.length === 0) return () => NOT_SWEPT;
  const sweep = await askOnce(projectFolder, plan.stack, "sweep.json", fanOuts, async () => {
    const found = (await takeEarlySweep(plan)) ?? (await sweepHosts(plan, fanOuts, keepingOf(secrets)));
    await pulumi.log.info(`sweep: ${renderSweepResult(found).join("\n")}`);
    return found;
  });
  if (!sweep) return () => NOT_SWEPT;
  if (!pulumi.runtime.isDryRun()) {
    assertSomeAnswered(sweep);
    assertReady(plan, fanOuts, sweep.notReady ?? []);
  }
  const generations = countGenerations(fanOuts, sweep);
  return (batch) => String(generations[batch]);
}

/** A run that asks the hosts itself is followed by nobody who ends its connections: they end by themselves, which none does with a key that is of use no longer. */
function keepingOf(secrets: StackValues["secrets"]): Keeping {
  const isRun = !pulumi.runtime.isDryRun() && secrets["sshKey"] === undefined;
  return { isKeeping: mayKeep(secrets), ...(isRun && { run: randomUUID() }) };
}

/** One look for the images that are sent from here, where they are to be. */
async function findImageTokens(plan: DeploymentPlan, projectFolder: string): Promise<(delivery: string) => string> {
  const deliveries = planDeliveries(plan);
  if (deliveries.length === 0) return () => "unknown";
  // Without parts of a second, for a word that people compare.
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const tokens = await askOnce(projectFolder, plan.stack, "images.json", deliveries, () => findTokens(plan.stack, deliveries, now));
  return (delivery) => tokens?.[delivery] ?? "unknown";
}

/** @returns undefined where no host is to be contacted: in a preview for policy checks, and where only images are built */
async function askOnce<T>(
  projectFolder: string,
  stack: string,
  file: string,
  subject: unknown,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  const isPreview = pulumi.runtime.isDryRun();
  if (isForImages() || isForChecks()) return undefined;
  const kept = new KeptAnswers<T>(projectFolder, stack, file, subject);
  const found = (isPreview ? undefined : kept.take()) ?? (await ask());
  if (isPreview) kept.keep(found);
  return found;
}

/** `ldms images build`: only images are registered for good. */
function isForImages(): boolean {
  return process.env[SWEEP_VARIABLE] === "images";
}

/** A preview that policies judge, where there may be no host, no binaries and no way to a repository. */
function isForChecks(): boolean {
  return pulumi.runtime.isDryRun() && process.env[SWEEP_VARIABLE] === "off";
}

/** Exists at run time and is left out of the SDK's public types. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

function runtimeValues(): StackValues {
  const config = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [key, { value, isSecret: isConfigSecret(key) }] as const);
  return stackValues(pulumi.getStack(), process.cwd(), Object.fromEntries(config));
}
