import { existsSync } from "node:fs";
import { join } from "node:path";
import { today } from "../operations/common/today";
import { type PlannedStack, planStack, stackValues } from "../operations/plan-stack";
import { mayKeep } from "../operations/reach/kept-folder";
import { locatePlan } from "../operations/reach/locate-plan";
import { holdSshKey } from "../operations/reach/ssh-agent";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { ConfigError } from "../plan/problems/errors";
import { checkPlan } from "../plan/rules/check-plan";
import type { Violation } from "../plan/rules/violation";
import type { StackLocation } from "../stack/open-stack";
import { readStackConfig } from "../stack/stack-config";

export interface SitePlan extends PlannedStack {
  /** The same for who reaches its hosts: see `locatePlan`. */
  readonly located: DeploymentPlan;
}

/** What the stack's configuration comes to, and every rule that it breaks. */
export interface PlanResult {
  readonly plan: DeploymentPlan;
  readonly violations: readonly Violation[];
}

/** Contacts no host. @throws ConfigError with every problem of the configuration */
export async function readCheckedPlan(location: StackLocation): Promise<PlanResult> {
  return checkSitePlan(await readSitePlan(location));
}

export function checkSitePlan({ plan }: SitePlan): PlanResult {
  return { plan, violations: checkPlan(plan, today()) };
}

/**
 * The stack's plan; its ssh key, where it has one, serves all that this process starts.
 * @param wantsKept whether connections are kept for the next verb @throws ConfigError with every problem of the stack file
 */
export async function readSitePlan(location: StackLocation, wantsKept?: boolean): Promise<SitePlan> {
  const file = `Pulumi.${location.stack}.yaml`;
  if (!existsSync(join(location.projectFolder, file))) {
    throw new ConfigError(file, [
      { path: "stack", message: "there is no such file here", help: `ldms init -s ${location.stack} writes it` },
    ]);
  }
  const values = stackValues(location.stack, location.projectFolder, await readStackConfig(location));
  const planned = await planStack(values);
  const { sshKey } = values.secrets;
  if (sshKey !== undefined) await holdSshKey(sshKey);
  const isKeeping = mayKeep(values.secrets, wantsKept);
  return { ...planned, located: { ...locatePlan(planned.plan, location.projectFolder), isKeeping } };
}
