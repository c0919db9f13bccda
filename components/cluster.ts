import * as pulumi from "@pulumi/pulumi";
import type { DeploymentPlan } from "../plan/deployment-plan";
import { groupBy } from "../plan/group-by";
import { foldHosts } from "../plan/hostlist";
import { FanOut } from "./fan-out";
import { Host, type HostArgs } from "./host";
import type { HostEdge } from "./host-edge";
import { Images } from "./images";

export interface ClusterArgs {
  readonly plan: DeploymentPlan;
  readonly edge: HostEdge;
  /** How often drift has been found in a batch of the method `fan-out`, by its name. */
  readonly generationOf: (batch: string) => string;
}

/** The whole deployment: a loop over the plan. */
export class Cluster extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, edge, generationOf } = args;
    super("ldms:index:Cluster", name, { method: plan.method, hosts: foldHosts(plan.hosts.map((host) => host.name)) }, opts);

    const images = new Images(name, { images: plan.images }, { parent: this });
    const pullReference = images.pullReference.bind(images);
    if (plan.fanOut) new FanOut("fan-out", { stack: plan.stack, fanOut: plan.fanOut, pullReference, generationOf, edge }, { parent: this });
    else this.createHosts(plan, pullReference, edge);
    this.registerOutputs({});
  }

  private createHosts(plan: DeploymentPlan, pullReference: HostArgs["pullReference"], edge: HostEdge): void {
    const containersOf = groupBy(plan.containers, ({ host }) => host);
    for (const host of plan.hosts) {
      const containers = containersOf.get(host.name) ?? [];
      new Host(host.name, { stack: plan.stack, host, containers, pullReference, edge }, { parent: this });
    }
  }
}
