import type { ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseClusterConfig } from "../../plan/checks/parse";
import type { ClusterConfig } from "../../plan/config/config";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlanFacts } from "../../plan/model/plan-facts";
import { planDeployment } from "../../plan/plan";
import type { Values } from "../unit/example-stack";
import type { Daemons } from "./daemons";

/** A stack whose daemons are all on this machine, by ports of their own. */
export function planHere(
  values: Values,
  ownFiles: Readonly<Record<string, string>> = {},
  secrets: PlanFacts["secrets"] = {},
): DeploymentPlan {
  return planDeployment(configHere(values), { secrets, ownFiles });
}

export function configHere(values: Values): ClusterConfig {
  return parseClusterConfig("here", "Pulumi.here.yaml", {
    xprt: "sock",
    munge: { mode: "none" },
    hosts: "localhost",
    componentIds: { localhost: 1 },
    ssh: { local: true },
    ...values,
  });
}

/** Starts the ldmsds of a plan as their containers would, with the files that these would see. @returns them by container */
export async function startPlanned(daemons: Daemons, plan: DeploymentPlan): Promise<ReadonlyMap<string, ChildProcess>> {
  const started = new Map<string, ChildProcess>();
  const { files } = plan.hosts[0]!;
  for (const { container, port } of plan.daemons) {
    const folder = join(daemons.folder, container);
    mkdirSync(folder, { recursive: true });
    const texts = files.flatMap(({ path, content }) =>
      path.includes(`/${container}/`) && content.kind === "text" ? [{ name: path.replace(/^.*\//, ""), text: content.text }] : [],
    );
    for (const { name, text } of texts) writeFileSync(join(folder, name), text);
    const conf = texts.find(({ name }) => name === "ldmsd.conf")?.text ?? "";
    started.set(container, await daemons.start(container, port, conf.replaceAll("/etc/ldms/", `${folder}/`).split("\n")));
  }
  return started;
}
