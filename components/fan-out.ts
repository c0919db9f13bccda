import { local, remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { describeDeployed, SCRIPT_INPUTS } from "../plan/deployed/deployed";
import { type Delivery, deliveryName } from "../plan/fan-out/deliveries";
import { renderDismissal, renderMembers } from "../plan/fan-out/head-members";
import { renderBatch } from "../plan/fan-out/head-script";
import type { FanOutScope } from "../plan/fan-out/head-tools";
import { batchSeconds } from "../plan/fan-out/plan-fan-outs";
import type { PlannedGroup } from "../plan/model/fan-out";
import type { ImageName } from "../plan/model/image";
import { childName, DEPLOYED_KEY } from "../plan/model/resource-names";
import { sendArchive } from "./archive-image";
import { DeployedWords } from "./deployed-words";
import type { SecretInputs } from "./secret-inputs";

export interface FanOutArgs extends FanOutScope {
  readonly pullReference: (image: ImageName) => pulumi.Input<string>;
  /** How often drift has been found in a batch, by its resource's name. */
  readonly generationOf: (batch: string) => string;
  /** Files of images that the head is to have. */
  readonly delivery?: Delivery;
  readonly tokenOf: (deliveryName: string) => string;
  readonly secretInputs: SecretInputs;
  readonly engineKeepsWords: boolean;
}

/** The hosts of one head by the method `fan-out`: a command that knows the members, and one a batch, run on the head. */
export class FanOut extends pulumi.ComponentResource {
  constructor(name: string, args: FanOutArgs, opts?: pulumi.ComponentResourceOptions) {
    const { fanOut } = args;
    super("ldms:index:FanOut", name, { head: fanOut.head.name, groups: fanOut.groups.map((group) => group.name) }, opts);

    const memberCount = fanOut.groups.reduce((sum, { hosts }) => sum + hosts.length, 0);
    const members = this.runOnHead(
      `${name}-members`,
      args,
      { create: renderMembers(args), delete: renderDismissal(args), stdin: "" },
      { hostCount: memberCount, dependsOn: [] },
    );
    const files = this.sendFiles(args);
    for (const group of fanOut.groups) this.createBatches(name, args, group, [members, ...files]);
    this.registerOutputs({});
  }

  private sendFiles({ stack, delivery, tokenOf }: FanOutArgs): pulumi.Resource[] {
    return (delivery?.images ?? []).map((image) =>
      sendArchive({ stack, delivery: delivery!, image, token: tokenOf(deliveryName(delivery!, image)) }, { parent: this }),
    );
  }

  private createBatches(name: string, args: FanOutArgs, group: PlannedGroup, before: readonly pulumi.Resource[]): void {
    const images = [...new Set(group.containers.map(({ image }) => image))];
    const references = pulumi.all(images.map(args.pullReference)).apply((known) => new Map(images.map((image, i) => [image, known[i]])));
    const stdin = args.secretInputs.deliveryInput(group.files);
    const batches: pulumi.Resource[] = [];
    for (const batch of group.batches) {
      const create = references.apply((known) => renderBatch(args, group, batch, known, args.generationOf(`${name}-${batch.name}`)));
      const dependsOn = batches.length > 0 ? batches.slice(-1) : before;
      batches.push(this.runOnHead(`${name}-${batch.name}`, args, { create, stdin }, { hostCount: batch.hosts.length, dependsOn }));
    }
    new DeployedWords(childName(childName(name, group.name), DEPLOYED_KEY), describeDeployed(group, args.images), {
      parent: this,
      dependsOn: args.engineKeepsWords ? batches : [],
    });
  }

  private runOnHead(
    name: string,
    { fanOut, secretInputs }: FanOutArgs,
    script: { readonly create: pulumi.Input<string>; readonly delete?: string; readonly stdin: pulumi.Input<string> },
    { hostCount, dependsOn }: { readonly hostCount: number; readonly dependsOn: readonly pulumi.Resource[] },
  ): pulumi.Resource {
    const { connection } = fanOut.head;
    const seconds = `${batchSeconds(fanOut, hostCount)}s`;
    const args = { ...script, addPreviousOutputInEnv: false, logging: "stdout" as const };
    const customTimeouts = { create: seconds, update: seconds, delete: seconds };
    const opts = { parent: this, dependsOn: [...dependsOn], customTimeouts, hideDiffs: [...SCRIPT_INPUTS] };
    return connection.kind === "local"
      ? new local.Command(name, { ...args, interpreter: ["/bin/sh", "-c"] }, opts)
      : new remote.Command(name, { ...args, connection: secretInputs.commandConnection(connection) }, opts);
  }
}
