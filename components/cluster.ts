import * as pulumi from "@pulumi/pulumi";
import type { DeploymentPlan, PlannedContainer } from "../plan/deployment-plan";
import { Host } from "./host";
import type { HostEdge } from "./host-edge";
import { Images } from "./images";

export interface ClusterArgs {
  readonly plan: DeploymentPlan;
  readonly edge: HostEdge;
}

/** The whole deployment: a loop over the plan. */
export class Cluster extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, edge } = args;
    super("ldms:index:Cluster", name, { method: plan.method, hosts: plan.hosts.map((host) => host.name) }, opts);

    const images = new Images(name, { images: plan.images }, { parent: this });
    const containersOf = groupByHost(plan.containers);
    for (const host of plan.hosts) {
      const containers = containersOf.get(host.name) ?? [];
      const pullReference = images.pullReference.bind(images);
      new Host(host.name, { stack: plan.stack, host, containers, pullReference, edge }, { parent: this });
    }
    this.registerOutputs({});
  }
}

function groupByHost(containers: readonly PlannedContainer[]): ReadonlyMap<string, readonly PlannedContainer[]> {
  const groups = new Map<string, PlannedContainer[]>();
  for (const container of containers) groups.set(container.host, [...(groups.get(container.host) ?? []), container]);
  return groups;
}
