import type { DeploymentPlan } from "../model/deployment-plan";
import { listFanOuts } from "./plan-fan-outs";

/**
 * Whether the deployment's state will hold a secret: a secret's file, or the ssh key by which a command reaches its host or head. What components make
 * secret, they take from `HostEdge`.
 */
export function holdsSecrets(plan: DeploymentPlan): boolean {
  const delivered = plan.hosts.filter(({ files }) => files.length > 0);
  const dialled = plan.method === "docker" ? delivered : listFanOuts(plan).map(({ head }) => head);
  return (
    delivered.some(({ files }) => files.some(({ content }) => content.kind === "secret")) ||
    dialled.some(({ connection }) => connection.kind === "ssh" && connection.keyFile !== undefined)
  );
}
