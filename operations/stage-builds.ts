import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { BuildStep } from "../components/images";
import type { PlannedStep } from "../plan/build-steps";
import type { DeploymentPlan, PlannedImage } from "../plan/deployment-plan";
import { stepArgument } from "../plan/pick-stage";
import type { StepName } from "../plan/source-names";
import { BuildContextError, collectFiles, stageBuildContext } from "./build-context";
import { digestFiles, type FolderFile, type FolderFiles, fillFolder } from "./fill-folder";
import { fetchSource, type SourceArchive } from "./git-source";

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
 * @throws BuildContextError, OperationError
 */
export async function stageBuilds(plan: Pick<DeploymentPlan, "stack" | "images" | "steps">, projectFolder: string): Promise<StagedBuilds> {
  const images = plan.images.map((image) => chooseBinaries(image, projectFolder));
  const needed = neededSteps(plan.steps, images);
  const sources = await fetchSources(needed, projectFolder);
  const steps: BuildStep[] = [];
  for (const step of needed) steps.push(stageStep(step, { stack: plan.stack, projectFolder, sources, earlier: steps }));
  const ready = images.map((image) => addStepImages(image, steps));
  for (const image of ready) stageImage(image, projectFolder);
  return { steps, images: ready, notes: describeChoice(plan.images, ready) };
}

/** A folder with binaries is taken as it is: people build their own. */
function chooseBinaries(image: PlannedImage, projectFolder: string): PlannedImage {
  const { build } = image;
  if (build?.steps === undefined) return image;
  const { steps, ...rest } = build;
  const folder = resolve(projectFolder, build.dsosds ?? build.ovis);
  return existsSync(folder) ? { ...image, build: rest } : image;
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

type Sources = ReadonlyMap<StepName, SourceArchive>;

async function fetchSources(steps: readonly PlannedStep[], projectFolder: string): Promise<Sources> {
  const folder = resolve(projectFolder, ".ldms/sources");
  const fetched = steps.flatMap(({ name, source }) =>
    source ? [fetchSource(name, source, projectFolder, folder).then((archive) => [name, archive] as const)] : [],
  );
  return new Map(await Promise.all(fetched));
}

export interface StepPlace {
  readonly stack: string;
  readonly projectFolder: string;
  readonly sources: Sources;
  /** Steps done before this one. */
  readonly earlier: readonly BuildStep[];
}

/** Lays the build context of one step ready. */
export function stageStep(step: PlannedStep, place: StepPlace): BuildStep {
  const { stack, projectFolder, sources, earlier } = place;
  const { name, standsOn, base = "", platform } = step;
  const context = `.ldms/contexts/${stack}/steps/${name}`;
  const outFolder = resolve(projectFolder, context);
  const parent = earlier.find((one) => one.name === standsOn);
  const archive = sources.get(name);
  const files = archive
    ? renderStepContext(step, archive.file)
    : collectFiles({ image: "ldms-dev", recipesFolder: resolve(projectFolder, "images"), ovisFolder: "", outFolder });
  const args = parent ? { PARENT: parent.imageName, COMMIT: archive!.revision } : { BASE_IMAGE: base };
  fillFolder(outFolder, files);
  const key = createHash("sha256")
    .update(JSON.stringify([platform, args, digestFiles(files)]))
    .digest("hex")
    .slice(0, 16);
  return { name, ...(standsOn && { standsOn }), imageName: `ldms-build/${name}:${key}`, context, platform, args };
}

function renderStepContext({ name, script }: PlannedStep, archive: string): FolderFiles {
  const dockerfile = `ARG PARENT
FROM \${PARENT}
ADD source.tar /usr/src/${name}/
COPY build.sh /usr/src/${name}.sh
ARG COMMIT
RUN cd /usr/src/${name} && COMMIT=$COMMIT sh /usr/src/${name}.sh
`;
  return new Map<string, FolderFile>([
    ["Dockerfile", { text: dockerfile }],
    ["build.sh", { text: script! }],
    ["source.tar", { path: archive }],
  ]);
}

function addStepImages(image: PlannedImage, steps: readonly BuildStep[]): PlannedImage {
  const { build } = image;
  if (build?.steps === undefined) return image;
  const nameOf = (name: StepName) => steps.find((step) => step.name === name)!.imageName;
  const args = Object.fromEntries(build.steps.map((name) => [stepArgument(name), nameOf(name)]));
  return { ...image, build: { ...build, args: { ...build.args, ...args } } };
}

function stageImage({ name, build }: PlannedImage, projectFolder: string): void {
  if (!build) return;
  const at = (path: string) => resolve(projectFolder, path);
  stageBuildContext({
    image: name,
    recipesFolder: dirname(at(build.recipe)),
    ovisFolder: at(build.ovis),
    outFolder: at(build.context),
    ...(build.dsosds !== undefined && { dsosdsFolder: at(build.dsosds) }),
    ...(build.steps !== undefined && { steps: build.steps }),
  });
}

function describeChoice(planned: readonly PlannedImage[], ready: readonly PlannedImage[]): readonly string[] {
  const taken = planned.filter(({ build }, index) => build?.steps !== undefined && ready[index]!.build!.steps === undefined);
  const folders = new Set(taken.map(({ build }) => build!.dsosds ?? build!.ovis));
  return [...folders].map((folder) => `the folder \`${folder}\` is there: its binaries are taken as they are, and not built from source`);
}
