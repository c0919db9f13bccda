import type { DeploymentPlan } from "../../plan/model/deployment-plan";

/** The plan for who reaches its hosts from wherever the process runs: its ssh keys and known hosts are those of the project's folder. */
export function locatePlan(plan: DeploymentPlan, projectFolder: string): DeploymentPlan {
  const hosts = plan.hosts.map((host) => {
    const { connection } = host;
    return connection.kind === "local" ? host : { ...host, connection: { ...connection, folder: projectFolder, stack: plan.stack } };
  });
  return { ...plan, hosts };
}

/** The folder that `locatePlan` was told; absent: that in which the process runs. */
export function folderOfPlan({ hosts }: Pick<DeploymentPlan, "hosts">): string | undefined {
  return hosts.flatMap(({ connection }) => (connection.kind === "ssh" ? (connection.folder ?? []) : [])).at(0);
}
