import * as pulumi from "@pulumi/pulumi";
import type { DeploymentPlan, ImageName, PlannedFanOut } from "../plan/deployment-plan";
import { groupBy } from "../plan/group-by";
import { foldHosts } from "../plan/hostlist";
import { FanOut } from "./fan-out";
import { Host } from "./host";
import type { HostEdge } from "./host-edge";
import { type BuildStep, Images } from "./images";

export interface ClusterArgs {
  readonly plan: DeploymentPlan;
  /** What makes the binaries of built images, its contexts laid ready. */
  readonly steps: readonly BuildStep[];
  readonly edge: HostEdge;
  /** How often drift has been found in a batch of the method `fan-out`, by its name. */
  readonly generationOf: (batch: string) => string;
}

/** The whole deployment: a loop over the plan. */
export class Cluster extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, steps, edge } = args;
    super("ldms:index:Cluster", name, { method: plan.method, hosts: foldHosts(plan.hosts.map((host) => host.name)) }, opts);

    const images = new Images(name, { steps, images: plan.images }, { parent: this });
    if (plan.fanOut) this.createFanOut(plan.stack, plan.fanOut, images, args);
    else this.createHosts(plan, images, edge);
    this.registerOutputs({});
  }

  private createFanOut(stack: string, fanOut: PlannedFanOut, images: Images, { generationOf, edge }: ClusterArgs): void {
    const pullReference = (image: ImageName) => images.pullReference(image);
    new FanOut("fan-out", { stack, fanOut, pullReference, generationOf, edge }, { parent: this });
  }

  private createHosts(plan: DeploymentPlan, images: Images, edge: HostEdge): void {
    const containersOf = groupBy(plan.containers, ({ host }) => host);
    for (const host of plan.hosts) {
      const containers = containersOf.get(host.name) ?? [];
      const args = { stack: plan.stack, host, containers, edge };
      new Host(host.name, { ...args, pullReference: (image) => images.pullReference(image, host.mirror) }, { parent: this });
    }
  }
}
