import { resolve } from "node:path";
import { Argument, type Command } from "commander";
import { runOnTerminal } from "../operations/pulumi-cli";
import { OWN_IMAGES, type OwnImageName } from "../plan/config/images";
import { BadInputError } from "../plan/problems/errors";
import { withoutPulumiVariables } from "../plan/text/child-environment";
import { EXIT } from "./exit-codes";
import { print, stackOption } from "./io";
import { openSite } from "./stack";

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
    .option("--json", "one line of JSON for each event")
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

async function runBuild(image: OwnImageName | undefined, options: BuildOptions): Promise<void> {
  const { stack, ovis, engine, json = false, restore = false } = options;
  if (ovis !== undefined) return packageFolder(image, stack, ovis);
  // Loaded for this verb only, as for `up`.
  const { deploy } = require("./show-run") as typeof import("./show-run");
  const run = { stack, target: [], exclude: [], policyPack: [], yes: true, json, ...(engine && { engine }) };
  const restoring = restore ? { restore: (imageName: string) => void process.stderr.write(`restoring ${imageName}\n`) } : {};
  process.exitCode = await deploy("up", run, (site, runOptions) => site.images.build(image, { ...runOptions, ...restoring }));
  if (process.exitCode === EXIT.done || restore) return;
  const lost = await (await openSite(stack)).images.lost();
  if (lost.length === 0) return;
  const names = lost.map((imageName) => `  - ${imageName}`).join("\n");
  process.stderr.write(`this machine's engine does not have:\n${names}\nhelp: ldms images build -s ${stack} --restore\n`);
}

/** What upstream's recipes/IMAGE/docker-build.sh --ovis FOLDER does. */
async function packageFolder(image: OwnImageName | undefined, stack: string, folder: string): Promise<void> {
  if (image === undefined) {
    throw BadInputError.of(
      "images build",
      "--ovis packages one image, and none is named",
      `ldms images build -s ${stack} ldms-samp --ovis FOLDER`,
    );
  }
  const { reference, imageId } = await (await openSite(stack)).images.package(image, resolve(folder));
  print(`${reference}: ${imageId}`);
}

async function runShell(argv: readonly string[], { stack }: { readonly stack: string }): Promise<void> {
  const shell = await (await openSite(stack)).images.shell({ argv, isTerminal: process.stdin.isTTY === true });
  for (const { where, problem } of shell.missing) process.stderr.write(`${where}: ${problem}\n`);
  if (shell.missing.length) process.stderr.write(`help: put what you build into a folder of that name in ${shell.sources}\n`);
  try {
    process.exitCode = await runOnTerminal(shell.argv, shell.folder, withoutPulumiVariables(process.env));
  } finally {
    shell.close();
  }
}
