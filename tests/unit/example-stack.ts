import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseClusterConfig } from "../../plan/checks/parse";
import type { ClusterConfig } from "../../plan/config/config";
import { type DaemonGroup, planDaemonGroups } from "../../plan/daemons/daemon-group";
import type { PlannedContainer } from "../../plan/model/container";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import type { PlannedFile } from "../../plan/model/file";
import type { PlanFacts } from "../../plan/model/plan-facts";
import { planDeployment } from "../../plan/plan";

const ROOT = join(__dirname, "../..");

export type Values = Readonly<Record<string, unknown>>;

export const NO_FACTS: PlanFacts = { secrets: {}, ownFiles: {} };

/** What stands in `Pulumi.STACK.yaml` below `ldms:`. */
export function readStack(stack: string): Values {
  const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as { config: Values };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
}

/** A stack of the repository with some keys of its file changed. */
export function exampleConfig(changes: Values = {}, stack = "cygnus"): ClusterConfig {
  return parseClusterConfig(stack, `Pulumi.${stack}.yaml`, { ...readStack(stack), ...changes });
}

export function examplePlan(changes: Values = {}, facts = NO_FACTS, stack = "cygnus"): DeploymentPlan {
  return planDeployment(exampleConfig(changes, stack), facts);
}

export function exampleGroups(changes: Values = {}): readonly DaemonGroup[] {
  return planDaemonGroups(exampleConfig(changes)).groups;
}

export function containerOf(plan: DeploymentPlan, host: string, name: string): PlannedContainer {
  const found = listContainers(plan).find((container) => container.host === host && container.name === name);
  if (!found) throw new Error(`no container ${name} on ${host}`);
  return found;
}

export function fileOf(plan: DeploymentPlan, path: string): PlannedFile {
  const found = plan.hosts.flatMap(({ files }) => files).find((file) => file.path === path);
  if (!found) throw new Error(`no file ${path}`);
  return found;
}

export function textOf(plan: DeploymentPlan, path: string): string {
  const { content } = fileOf(plan, path);
  if (content.kind !== "text") throw new Error(`${path} is ${content.kind}`);
  return content.text;
}
