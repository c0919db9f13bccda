import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { BuildStep } from "../../components/images";
import { stepArgument } from "../../plan/builds/pick-stage";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedBuild, PlannedImage, PlannedStep } from "../../plan/model/image";
import type { StepName } from "../../plan/model/source-names";
import { findPart } from "../common/find-part";
import { BuildContextError, stageBuildContext } from "./build-context";
import { fetchSource } from "./git-source";
import { SKETCH, type StepPlace, stageStep } from "./stage-step";

export interface StagedBuilds {
  readonly steps: readonly BuildStep[];
  /** Those of the plan; one whose folder of binaries is there has no steps any more. */
  readonly images: readonly PlannedImage[];
  /** What a person should know of the choice: `the folder ovis is there …`. */
  readonly notes: readonly string[];
}

/**
 * Lays the build context of each image ready, and those of the steps that have to make its binaries first, their sources fetched.
 * Paths of the plan are relative to the project's folder.
 *
 * @param isSketch for checks in CI: no source is fetched, and what has no binaries here has its recipe laid out alone
 * @throws BuildContextError, OperationError
 */
export async function stageBuilds(
  plan: Pick<DeploymentPlan, "stack" | "images" | "steps">,
  projectFolder: string,
  isSketch = false,
): Promise<StagedBuilds> {
  const images = plan.images.map((image) => chooseBinaries(image, projectFolder));
  const needed = neededSteps(plan.steps, images);
  const sources = isSketch ? undefined : await fetchSources(needed, projectFolder);
  const steps: BuildStep[] = [];
  for (const step of needed) steps.push(stageStep(step, { stack: plan.stack, projectFolder, ...(sources && { sources }), earlier: steps }));
  const ready = images.map((image) => addStepImages(isSketch ? sketchImage(image, projectFolder) : image, steps));
  for (const image of ready) stageImage(image, projectFolder, isSketch);
  return { steps, images: ready, notes: describeChoice(plan.images, ready) };
}

/** A folder with binaries is taken as it is: people build their own. */
function chooseBinaries(image: PlannedImage, projectFolder: string): PlannedImage {
  const { build } = image;
  if (build?.steps === undefined) return image;
  const { steps, ...rest } = build;
  return hasBinaries(build, projectFolder) ? { ...image, build: rest } : image;
}

function hasBinaries({ dsosds, ovis }: PlannedBuild, projectFolder: string): boolean {
  return existsSync(resolve(projectFolder, dsosds ?? ovis));
}

/** Beside the place of a real build, which may be under way. */
function sketchImage(image: PlannedImage, projectFolder: string): PlannedImage {
  const { build } = image;
  if (!build || hasBinaries(build, projectFolder)) return image;
  return { ...image, build: { ...build, context: build.context + SKETCH } };
}

/** @throws BuildContextError where an image needs a part whose repository is empty */
function neededSteps(all: readonly PlannedStep[], images: readonly PlannedImage[]): readonly PlannedStep[] {
  const needed = new Set<StepName>();
  const add = (name: StepName): boolean => {
    const step = all.find((one) => one.name === name);
    if (step === undefined) return false;
    needed.add(name);
    if (step.standsOn) add(step.standsOn);
    return true;
  };
  for (const { name, build } of images) {
    const missing = (build?.steps ?? []).filter((step) => !add(step));
    if (missing.length > 0) {
      const help = "give it a repository, or point `ldms:images.ovis` at a folder that has it";
      throw new BuildContextError(name, missing.join("`, `"), "its part is left out by an empty `repo`", help);
    }
  }
  return all.filter(({ name }) => needed.has(name));
}

async function fetchSources(steps: readonly PlannedStep[], projectFolder: string): Promise<NonNullable<StepPlace["sources"]>> {
  const folder = resolve(projectFolder, ".ldms/sources");
  const fetched = steps.flatMap(({ name, source }) =>
    source ? [fetchSource(name, source, projectFolder, folder).then((archive) => [name, archive] as const)] : [],
  );
  return new Map(await Promise.all(fetched));
}

function addStepImages(image: PlannedImage, steps: readonly BuildStep[]): PlannedImage {
  const { build } = image;
  if (build?.steps === undefined) return image;
  const nameOf = (name: StepName) => steps.find((step) => step.name === name)!.imageName;
  const args = Object.fromEntries(build.steps.map((name) => [stepArgument(name), nameOf(name)]));
  return { ...image, build: { ...build, args: { ...build.args, ...args } } };
}

function stageImage({ name, build }: PlannedImage, projectFolder: string, isSketch: boolean): void {
  if (!build) return;
  const at = (path: string) => resolve(projectFolder, path);
  const { ovis, dsosds, steps } = build;
  const binaries = { ovisFolder: at(ovis), ...(dsosds !== undefined && { dsosdsFolder: at(dsosds) }) };
  stageBuildContext({
    image: name,
    recipesFolder: findPart(projectFolder, "images"),
    outFolder: at(build.context),
    ...((!isSketch || hasBinaries(build, projectFolder)) && binaries),
    ...(steps !== undefined && { steps }),
  });
}

function describeChoice(planned: readonly PlannedImage[], ready: readonly PlannedImage[]): readonly string[] {
  const taken = planned.filter(({ build }, index) => build?.steps !== undefined && ready[index]!.build!.steps === undefined);
  const folders = new Set(taken.map(({ build }) => build!.dsosds ?? build!.ovis));
  return [...folders].map((folder) => `the folder \`${folder}\` is there: its binaries are taken as they are, and not built from source`);
}
