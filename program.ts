import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { stageBuildContexts } from "./operations/build-context";
import { createHostEdge } from "./operations/host-edge";
import { planStack, type StackValues, stackValues } from "./operations/plan-stack";
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
  const { plan } = planStack(values);
  assertNoViolations(checkPlan(plan));
  await stageBuildContexts(plan, values.projectFolder);
  new Cluster(plan.stack, { plan, edge: createHostEdge(values) });
  return plan.endpoints;
}

/** Exists at run time and is left out of the SDK's public types. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

function runtimeValues(): StackValues {
  const config = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [key, { value, isSecret: isConfigSecret(key) }] as const);
  return stackValues(pulumi.getStack(), process.cwd(), Object.fromEntries(config));
}
