import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { mirrorReference, pullReference } from "../plan/images/plan-images";
import type { ImageName, PlannedImage } from "../plan/model/image";
import type { StepName } from "../plan/model/source-names";

/** A step whose build context lies ready; its image is taken by its name and stays on the engine. */
export interface BuildStep {
  readonly name: StepName;
  readonly standsOn?: StepName;
  /** `ldms-build/ovis:3f1c…`: by all that goes into it, so that builds with other contents never meet, and equal ones are one. */
  readonly imageName: string;
  readonly context: string;
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface ImagesArgs {
  /** Each after what it stands on. */
  readonly steps: readonly BuildStep[];
  readonly images: readonly PlannedImage[];
}

/** The images that a cluster runs: built and pushed where the plan has a recipe, else named as the registry has them. */
export class Images extends pulumi.ComponentResource {
  private readonly steps = new Map<StepName, docker.Image>();
  private readonly references: ReadonlyMap<ImageName, pulumi.Input<string>>;

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ldms:index:Images", name, { images: args.images.map((image) => image.reference) }, opts);
    for (const step of args.steps) this.steps.set(step.name, this.createStep(step));
    this.references = new Map(args.images.map((image) => [image.name, this.reference(image)]));
    this.registerOutputs({});
  }

  /** What a host pulls, from its mirror where it has one: `reg:5000/ovishpc/ldms-samp@sha256:…`, or by tag where no digest is known. */
  pullReference(name: ImageName, mirror?: string): pulumi.Input<string> {
    const reference = this.references.get(name)!;
    return mirror === undefined ? reference : pulumi.output(reference).apply((known) => mirrorReference(known, mirror));
  }

  private createStep({ name, standsOn, imageName, context, platform, args }: BuildStep): docker.Image {
    return new docker.Image(
      `build-${name}`,
      {
        imageName,
        build: { context, dockerfile: `${context}/Dockerfile`, platform, args: { ...args } },
        buildOnPreview: false,
        skipPush: true,
      },
      { parent: this, dependsOn: standsOn ? [this.steps.get(standsOn)!] : [] },
    );
  }

  private reference(image: PlannedImage): pulumi.Input<string> {
    if (!image.build) return pullReference(image);
    const { context, platform, args, steps = [] } = image.build;
    return new docker.Image(
      image.name,
      {
        imageName: image.reference,
        build: { context, dockerfile: `${context}/Dockerfile`, platform, args: { ...args } },
        buildOnPreview: false,
        skipPush: false,
      },
      { parent: this, dependsOn: steps.map((step) => this.steps.get(step)!) },
    ).repoDigest;
  }
}
