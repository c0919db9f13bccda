import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Deployed } from "../plan/deployed/deployed";
import { type Delivery, deliveryName } from "../plan/fan-out/deliveries";
import { dockerHostUrl, sshOpts } from "../plan/hosts/ssh";
import type { PlannedHost } from "../plan/model/host";
import type { ImageName } from "../plan/model/image";
import { childName, DEPLOYED_KEY } from "../plan/model/resource-names";
import { sendArchive } from "./archive-image";
import { DeployedWords } from "./deployed-words";
import { containerArgs } from "./docker-container";
import { deliverHostFiles } from "./host-files";
import type { SecretInputs } from "./secret-inputs";

export interface HostArgs {
  readonly stack: string;
  readonly host: PlannedHost;
  readonly pullReference: (image: ImageName) => pulumi.Input<string>;
  /** Images that come from here instead of a registry, and what each is known by. */
  readonly delivery?: Delivery;
  readonly tokenOf: (deliveryName: string) => string;
  readonly deployed: Deployed;
  readonly engineKeepsWords: boolean;
  readonly secretInputs: SecretInputs;
}

/** One host by the method `docker`: a provider, the host's files, its images, volumes and containers. */
export class Host extends pulumi.ComponentResource {
  constructor(name: string, args: HostArgs, opts?: pulumi.ComponentResourceOptions) {
    const { stack, host, secretInputs } = args;
    const { containers } = host;
    super("ldms:index:Host", name, { containers: containers.map((container) => container.name) }, opts);

    const provider = this.createProvider(name, host);
    const files = host.files.length
      ? [deliverHostFiles(childName(name, "files"), stack, host, secretInputs, { parent: this, deleteBeforeReplace: true })]
      : [];
    const volumes = host.volumes.map((volume) => this.createVolume(name, stack, volume, provider));
    const images = new Map([...this.sendImages(args), ...this.pullImages(name, args, provider)]);
    const created = new Map<string, docker.Container>();
    for (const container of containers) {
      const before = container.startsAfter ? [created.get(container.startsAfter)!] : [];
      const image = images.get(container.image)!;
      created.set(
        container.name,
        new docker.Container(childName(name, container.name), containerArgs(container, image.id), {
          parent: this,
          provider,
          dependsOn: [...files, ...volumes, ...before, ...image.dependsOn],
          deleteBeforeReplace: true,
          // With a limit of memory, Docker sets this too: to twice that, or to -1 where the kernel counts no swap; the provider would
          // take it away at every `up`.
          ignoreChanges: ["memorySwap"],
          // Its hash says nothing to anybody: what it is of is said in words below.
          hideDiffs: ["labels"],
        }),
      );
    }
    new DeployedWords(childName(name, DEPLOYED_KEY), args.deployed, {
      parent: this,
      dependsOn: args.engineKeepsWords ? [...files, ...created.values()] : [],
    });
    this.registerOutputs({});
  }

  private createProvider(name: string, host: PlannedHost): docker.Provider {
    const { connection } = host;
    return new docker.Provider(
      name,
      {
        host: dockerHostUrl(connection),
        ...(connection.kind === "ssh" && { sshOpts: [...sshOpts(connection)] }),
        disableDockerDaemonCheck: true,
      },
      { parent: this },
    );
  }

  /** `retainOnDelete`: what people made at run time outlives the stack; `ldms destroy` lists it. */
  private createVolume(name: string, stack: string, volume: string, provider: docker.Provider): docker.Volume {
    const args = { name: volume, driver: "local", labels: [{ label: "ldms.stack", value: stack }] };
    return new docker.Volume(childName(name, volume), args, { parent: this, provider, retainOnDelete: true });
  }

  private sendImages({ stack, delivery, tokenOf }: HostArgs): [ImageName, HostImage][] {
    return (delivery?.images ?? []).map((image) => {
      const sent = sendArchive({ stack, delivery: delivery!, image, token: tokenOf(deliveryName(delivery!, image)) }, { parent: this });
      return [image.name, { id: image.archive.id, dependsOn: [sent] }];
    });
  }

  private pullImages(
    name: string,
    { host: { containers }, delivery, pullReference }: HostArgs,
    provider: docker.Provider,
  ): [ImageName, HostImage][] {
    const sent = new Set(delivery?.images.map((image) => image.name));
    const needed = [...new Set(containers.map((container) => container.image))].filter((image) => !sent.has(image));
    return needed.map((image) => {
      const args = { name: pullReference(image), keepLocally: true };
      return [image, { id: new docker.RemoteImage(childName(name, image), args, { parent: this, provider }).imageId, dependsOn: [] }];
    });
  }
}

/** An image on the host, and what brings it there besides its id's own resource. */
interface HostImage {
  readonly id: pulumi.Input<string>;
  readonly dependsOn: readonly pulumi.Resource[];
}
