import { resolve } from "node:path";
import { stageBuildContext } from "../../operations/builds/build-context";
import { type StagedBuilds, stageBuilds } from "../../operations/builds/stage-builds";
import { findPart } from "../../operations/common/find-part";
import { isHere } from "../../operations/images/save-images";
import type { OwnImageName } from "../../plan/config/images";
import { defaultReference, planBuild } from "../../plan/images/plan-images";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { BadInputError } from "../../plan/problems/errors";
import type { StackLocation } from "../../stack/open-stack";
import { readSitePlan } from "../site-plan";
import { buildHere } from "./build-here";

type Step = StagedBuilds["steps"][number];

/** The images with what they are made from, and all components: `pulumi` takes each provider along, and those belong to hosts. */
export function imageTargets({ stack, images, steps }: DeploymentPlan, image: OwnImageName | undefined): string[] {
  const built = images.filter(({ name, build }) => build !== undefined && (image === undefined || name === image));
  if (built.length === 0) {
    throw BadInputError.of(
      "images build",
      `the stack builds no ${image ?? "image"}: \`${stack}\``,
      `\`ldms:images: { source: build }\` in Pulumi.${stack}.yaml`,
    );
  }
  const needed = new Set<string>();
  const add = (name: string | undefined): void => {
    const step = steps.find((one) => one.name === name);
    if (step === undefined) return;
    needed.add(step.name);
    add(step.standsOn);
  };
  for (const { build } of built) for (const step of build?.steps ?? []) add(step);
  const names = [...built.map(({ name }) => name), ...[...needed].map((name) => `build-${name}`)];
  // Not `ldms:index:Deployed`, which says of hosts what they are not to get here.
  const owners = ["pulumi:pulumi:Stack", ...["Cluster", "FanOut", "Host", "Images"].map((type) => `ldms:index:${type}`)];
  return [...owners.map((type) => `**${type}::*`), ...names.map((name) => `**docker:index/image:Image::${name}`)];
}

/** Images of steps that the state says are built, and not on which engine: another machine's, or one that was pruned. @returns those not here */
export async function findLostSteps({ projectFolder }: StackLocation, plan: DeploymentPlan): Promise<readonly Step[]> {
  const { steps } = await stageBuilds(plan, projectFolder);
  const there = await Promise.all(steps.map(({ imageName }) => isHere(imageName)));
  return steps.filter((_, index) => !there[index]);
}

/** @param onStep told the name of each image before it is built */
export async function restoreSteps(location: StackLocation, plan: DeploymentPlan, onStep: (imageName: string) => void): Promise<void> {
  for (const step of await findLostSteps(location, plan)) {
    onStep(step.imageName);
    await buildHere(location.projectFolder, step.imageName, step);
  }
}

export interface PackagedImage {
  readonly reference: string;
  /** `sha256:…`, on this machine's engine. */
  readonly imageId: string;
}

/** What upstream's recipes/IMAGE/docker-build.sh --ovis FOLDER does. */
export async function packageImage(location: StackLocation, image: OwnImageName, ovis: string): Promise<PackagedImage> {
  const { projectFolder } = location;
  const { config } = await readSitePlan(location);
  const build = planBuild(config, image);
  const context = `${build.context}-by-hand`;
  const [recipesFolder, outFolder] = [findPart(projectFolder, "images"), resolve(projectFolder, context)];
  stageBuildContext({ image, recipesFolder, ovisFolder: resolve(projectFolder, ovis), outFolder });
  const reference = defaultReference(config.images, image);
  return { reference, imageId: await buildHere(projectFolder, reference, { ...build, context }) };
}
