import { findMethod, type Method, moveState } from "../../operations/move";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { DeploymentJson } from "../../stack/deployment-json";
import { engineOfDeployment } from "../../stack/file-backend";
import type { StackLocation } from "../../stack/open-stack";
import { changeState, exportStack } from "../../stack/stack-admin";
import { holdStackFile } from "../../stack/stack-config";
import { readSitePlan } from "../site-plan";
import { assertNoUpgrade } from "../upgrade-file";

export interface MovedStack {
  /** False: its method is that one already, and nothing was changed. */
  readonly isMoved: boolean;
  /** Resources that left the state; their containers run on. */
  readonly resourcesLeft: number;
}

/**
 * Hands the hosts from one method to the other: changes the stack file's `method` and the state, and contacts no host.
 * @throws BadInputError while an upgrade is open: its batches are resources of the old method. Error where the last run was cut off, or the next one could not take the containers over; nothing was changed then
 */
export async function moveStack(location: StackLocation, to: Method): Promise<MovedStack> {
  await assertNoUpgrade(location);
  const { plan } = await readSitePlan(location);
  const { deployment } = await exportStack(location);
  if (findMethod(deployment.resources ?? []) === to && plan.method === to) return { isMoved: false, resourcesLeft: 0 };
  let resourcesLeft = 0;
  await holdStackFile(location, async (file) => {
    await changeState(location, (today) => {
      const { kept, adopted } = moveState(movableResources(today, plan, to), plan, to);
      resourcesLeft = (today.resources ?? []).length - kept.length;
      return { ...today, resources: [...kept], pending_operations: adopted.map((resource) => ({ resource, type: "creating" as const })) };
    });
    await file.set("method", { value: to, isSecret: false });
  });
  return { isMoved: true, resourcesLeft };
}

function movableResources(deployment: DeploymentJson, { stack }: DeploymentPlan, to: Method): NonNullable<DeploymentJson["resources"]> {
  if (deployment.pending_operations?.length) {
    throw new Error(`state: the last run was cut off\n  help: ldms up -s ${stack}, with the method as it was`);
  }
  if (to === "docker" && engineOfDeployment(deployment) === "pulumi") {
    throw new Error(`state: was written by \`pulumi\`, which cannot take containers over by their labels
  help: ldms up -s ${stack} --engine embedded --take-over, then move`);
  }
  return deployment.resources ?? [];
}
