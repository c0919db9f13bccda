import { parse } from "yaml";
import { parseClusterConfig } from "../../../plan/checks/parse";
import type { DeploymentPlan } from "../../../plan/model/deployment-plan";
import { planDeployment } from "../../../plan/plan";
import { ConfigError } from "../../../plan/problems/errors";
import { NO_FACTS } from "../example-stack";

/** A small stack of a site, in the words of its stack file below `ldms:`. */
export function siteValues(yaml: string): Readonly<Record<string, unknown>> {
  const given = parse(yaml) as Readonly<Record<string, unknown>>;
  return { xprt: "sock", munge: { mode: "none" }, samplers: [sampler(String(given["hosts"]))], ...given };
}

export function sampler(hosts: string): Readonly<Record<string, unknown>> {
  return { hosts, plugins: [{ name: "meminfo", interval: "1s" }] };
}

export function sitePlan(yaml: string, stack = "site"): DeploymentPlan {
  return planDeployment(parseClusterConfig(stack, `Pulumi.${stack}.yaml`, siteValues(yaml)), NO_FACTS);
}

/** The lines below `Pulumi.site.yaml is not valid:`. */
export function refusal(yaml: string): string[] {
  try {
    sitePlan(yaml);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n").slice(1);
    throw error;
  }
  throw new Error("the stack file is taken");
}
