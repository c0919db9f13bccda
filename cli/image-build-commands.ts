import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { resolve } from "node:path";
import { Argument, type Command } from "commander";
import { choosePulumi } from "../automation/run-begin";
import { warmRunner } from "../engine/children/program-runner";
import { stageBuildContext } from "../operations/builds/build-context";
import { findDev, shellArgv, unpackSources } from "../operations/builds/source-shell";
import { type StagedBuilds, stageBuilds } from "../operations/builds/stage-builds";
import { findPart } from "../operations/common/find-part";
import { runOnTerminal } from "../operations/pulumi-cli";
import { OWN_IMAGES } from "../plan/config/images";
import { defaultReference, planBuild } from "../plan/images/images";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { withoutPulumiVariables } from "../plan/text/child-environment";
import { runProcess } from "../processes/run-process";
import { buildDev, buildHere, stepsFromSource } from "./build-here";
import { EXIT } from "./exit-codes";
import { print, stackOption } from "./io";
import { locateStack, openPlan } from "./stack";

type OwnImage = (typeof OWN_IMAGES)[number];

interface BuildOptions {
  readonly stack: string;
  readonly ovis?: string;
  readonly engine?: "pulumi" | "embedded";
  readonly json?: boolean;
  readonly restore?: boolean;
}

/** `ldms images build` and `ldms images shell`. */
export function addImageBuildCommands(images: Command): void {
  images
    .command("build")
    .description("build and push what the stack says to build, and touch no host; or package one image from a folder of binaries")
    .addArgument(new Argument("[image]", "only this one, with what it is made from").choices(OWN_IMAGES))
    .addOption(stackOption())
    .option("--ovis <folder>", "take the binaries in this folder, whatever the stack says; the image stays on this machine")
    .option("--restore", "first make the steps' images that this machine's engine has lost, or never had")
    .option("--engine <name>", "`pulumi` where it is found, else `embedded`")
    .option("--json", "a line of JSON an event")
    .addHelpText("after", "\nExamples:\n  ldms images build -s cygnus\n  ldms images build -s cygnus ldms-samp --ovis ./my-ovis")
    .action(runBuild);
  images
    .command("shell")
    .description("open ldms-dev, where binaries are built: sources in /usr/src, the stack's folder of binaries as /opt/ovis")
    .argument("[arguments...]", "for /bin/bash")
    .addOption(stackOption())
    .addHelpText(
      "after",
      "\nExamples:\n  ldms images shell -s cygnus\n  ldms images shell -s cygnus -- -c 'cd /usr/src/ovis && ./autogen.sh'",
    )
    .action(runShell);
}

async function runBuild(image: OwnImage | undefined, options: BuildOptions): Promise<void> {
  const { stack, ovis, engine, json = false } = options;
  if (ovis !== undefined) return packageFolder(image, stack, ovis);
  const { projectFolder } = await locateStack(stack);
  if (choosePulumi(engine) === undefined) warmRunner(projectFolder);
  const { plan } = await openPlan(stack);
  const built = plan.images.filter(({ name, build }) => build !== undefined && (image === undefined || name === image));
  if (built.length === 0) {
    throw new Error(
      `images build: the stack builds no ${image ?? "image"}: \`${stack}\`\nhelp: \`ldms:images: { source: build }\` in Pulumi.${stack}.yaml`,
    );
  }
  if (options.restore) await restoreSteps(plan, projectFolder);
  process.env["LDMS_SWEEP"] = "images";
  // Loaded for this verb only, as for `up`.
  const { deploy } = require("./deploy") as typeof import("./deploy");
  const run = { stack, target: imageTargets(plan, built), exclude: [], policyPack: [], yes: true, json, ...(engine && { engine }) };
  process.exitCode = await deploy("up", run, "images");
  if (process.exitCode === EXIT.done || options.restore) return;
  const lost = await findLostSteps(plan, projectFolder);
  if (lost.length === 0) return;
  const names = lost.map(({ imageName }) => `  - ${imageName}`).join("\n");
  process.stderr.write(`this machine's engine does not have:\n${names}\nhelp: ldms images build -s ${stack} --restore\n`);
}

/** The state says that they are built, and not on which engine: another machine's, or one that was pruned. */
async function restoreSteps(plan: DeploymentPlan, projectFolder: string): Promise<void> {
  for (const step of await findLostSteps(plan, projectFolder)) {
    process.stderr.write(`restoring ${step.imageName}\n`);
    await buildHere(projectFolder, step.imageName, step);
  }
}

async function findLostSteps(plan: DeploymentPlan, projectFolder: string): Promise<StagedBuilds["steps"]> {
  const { steps } = await stageBuilds(plan, projectFolder);
  const isLost = async ({ imageName }: StagedBuilds["steps"][number]) =>
    (await runProcess(["docker", "image", "inspect", imageName], { timeoutSeconds: 30 })).code !== 0;
  const lost = await Promise.all(steps.map(isLost));
  return steps.filter((_, index) => lost[index]);
}

/** The images with what they are made from, and all components: `pulumi` takes each provider along, and those belong to hosts. */
function imageTargets({ steps }: DeploymentPlan, images: DeploymentPlan["images"]): string[] {
  const needed = new Set<string>();
  const add = (name: string | undefined): void => {
    const step = steps.find((one) => one.name === name);
    if (step === undefined) return;
    needed.add(step.name);
    add(step.standsOn);
  };
  for (const { build } of images) for (const step of build?.steps ?? []) add(step);
  const names = [...images.map(({ name }) => name), ...[...needed].map((name) => `build-${name}`)];
  const owners = ["**::pulumi:pulumi:Stack::*", "**ldms:index:*::*"];
  return [...owners, ...names.map((name) => `**docker:index/image:Image::${name}`)];
}

/** What upstream's recipes/IMAGE/docker-build.sh --ovis FOLDER does. */
async function packageFolder(image: OwnImage | undefined, stack: string, folder: string): Promise<void> {
  if (image === undefined) {
    throw new Error("images build: --ovis packages one image, and none is named\nhelp: ldms images build -s STACK ldms-samp --ovis FOLDER");
  }
  const { projectFolder } = await locateStack(stack);
  const { config } = await openPlan(stack);
  const build = planBuild(config, image);
  const context = `${build.context}-by-hand`;
  stageBuildContext({
    image,
    recipesFolder: findPart(projectFolder, "images"),
    ovisFolder: resolve(folder),
    outFolder: resolve(projectFolder, context),
  });
  const reference = defaultReference(config.images, image);
  print(`${reference}: ${await buildHere(projectFolder, reference, { ...build, context })}`);
}

async function runShell(argv: readonly string[], { stack }: { readonly stack: string }): Promise<void> {
  const { projectFolder } = await locateStack(stack);
  const { config } = await openPlan(stack);
  const { images } = config;
  const image = (await findDev(config, projectFolder)) ?? (await buildDev(projectFolder, config));

  const [sources, ovis] = [resolve(projectFolder, ".ldms/shell", stack), resolve(projectFolder, images.ovis)];
  const missing = await unpackSources(stepsFromSource(config), projectFolder, sources);
  for (const { where, problem } of missing) process.stderr.write(`${where}: ${problem}\n`);
  if (missing.length) process.stderr.write(`help: put what you build into a folder of that name in ${sources}\n`);
  mkdirSync(ovis, { recursive: true });
  try {
    const run = shellArgv({ image, sources, ovis, argv, isTerminal: process.stdin.isTTY === true });
    process.exitCode = await runOnTerminal(run, projectFolder, withoutPulumiVariables(process.env));
  } finally {
    // An empty one would be taken for a folder of binaries by the next build.
    if (readdirSync(ovis).length === 0) rmdirSync(ovis);
  }
}
