import * as pulumi from "@pulumi/pulumi";
import { describeDeployed } from "../plan/deployed/deployed";
import { planDeliveries } from "../plan/fan-out/deliveries";
import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import { foldHosts } from "../plan/hostlist/hostlist";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlannedFanOut } from "../plan/model/fan-out";
import type { ImageName } from "../plan/model/image";
import { FanOut } from "./fan-out";
import { Host } from "./host";
import { type BuildStep, Images } from "./images";
import type { SecretInputs } from "./secret-inputs";

export interface ClusterArgs {
  readonly plan: DeploymentPlan;
  /** What makes the binaries of built images, its contexts laid ready. */
  readonly steps: readonly BuildStep[];
  readonly secretInputs: SecretInputs;
  /** How often drift has been found in a batch of the method `fan-out`, by its resource's name. */
  readonly generationOf: (batch: string) => string;
  /** What an image that is sent is known by where it has gone to, by the delivery's name. */
  readonly tokenOf: (delivery: string) => string;
  /** See KEEPS_WORDS_VARIABLE. */
  readonly engineKeepsWords: boolean;
}

/** The whole deployment: a loop over the plan. */
export class Cluster extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, steps } = args;
    super("ldms:index:Cluster", name, { method: plan.method, hosts: foldHosts(plan.hosts.map((host) => host.name)) }, opts);

    const images = new Images(name, { steps, images: plan.images }, { parent: this });
    for (const fanOut of listFanOuts(plan)) this.createFanOut(fanOut, images, args);
    if (plan.method === "docker") this.createHosts(images, args);
    this.registerOutputs({});
  }

  private createFanOut(fanOut: PlannedFanOut, images: Images, { plan, ...args }: ClusterArgs): void {
    const pullReference = (image: ImageName) => images.pullReference(image);
    const delivery = planDeliveries(plan).find(({ owner }) => owner === fanOut.name);
    const scope = { stack: plan.stack, fanOut, images: plan.images };
    new FanOut(fanOut.name, { ...scope, ...args, pullReference, ...(delivery && { delivery }) }, { parent: this });
  }

  private createHosts(images: Images, { plan, secretInputs, tokenOf, engineKeepsWords }: ClusterArgs): void {
    const deliveryOf = new Map(planDeliveries(plan).map((delivery) => [delivery.target.name, delivery]));
    for (const host of plan.hosts) {
      const delivery = deliveryOf.get(host.name);
      const deployed = describeDeployed({ ...host, hosts: [host] }, plan.images);
      const args = { stack: plan.stack, host, secretInputs, tokenOf, engineKeepsWords, deployed, ...(delivery && { delivery }) };
      new Host(host.name, { ...args, pullReference: (image) => images.pullReference(image, host.mirror) }, { parent: this });
    }
  }
}
