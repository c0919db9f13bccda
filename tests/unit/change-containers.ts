import type { PlannedContainer } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";

/** The plan with each container, and what is put beside it, as `change` has it. */
export function changeContainers(
  plan: DeploymentPlan,
  change: (container: PlannedContainer) => PlannedContainer | readonly PlannedContainer[],
): DeploymentPlan {
  return { ...plan, hosts: plan.hosts.map((host) => ({ ...host, containers: host.containers.flatMap(change) })) };
}
