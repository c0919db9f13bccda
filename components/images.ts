import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ImageName, PlannedImage } from "../plan/deployment-plan";
import { mirrorReference, pullReference } from "../plan/images";

export interface ImagesArgs {
  readonly images: readonly PlannedImage[];
}

/** The images that a cluster runs: built and pushed where the plan has a recipe, else named as the registry has them. */
export class Images extends pulumi.ComponentResource {
  private readonly references: ReadonlyMap<ImageName, pulumi.Input<string>>;

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ldms:index:Images", name, { images: args.images.map((image) => image.reference) }, opts);
    this.references = new Map(args.images.map((image) => [image.name, this.reference(image)]));
    this.registerOutputs({});
  }

  /** What a host pulls, from its mirror where it has one: `reg:5000/ovishpc/ldms-samp@sha256:…`, or by tag where no digest is known. */
  pullReference(name: ImageName, mirror?: string): pulumi.Input<string> {
    const reference = this.references.get(name)!;
    return mirror === undefined ? reference : pulumi.output(reference).apply((known) => mirrorReference(known, mirror));
  }

  private reference(image: PlannedImage): pulumi.Input<string> {
    if (!image.build) return pullReference(image);
    const { context, platform, args } = image.build;
    return new docker.Image(
      image.name,
      {
        imageName: image.reference,
        build: { context, dockerfile: `${context}/Dockerfile`, platform, args: { ...args } },
        buildOnPreview: false,
        skipPush: false,
      },
      { parent: this },
    ).repoDigest;
  }
}
