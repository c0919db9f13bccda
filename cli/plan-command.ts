import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { BadInputError } from "../plan/problems/errors";
import { type ExternalFile, externalFiles } from "../plan/render/external-files";
import { renderPlan } from "../plan/render/render-plan";
import { renderScale } from "../plan/render/render-scale";
import { SCALE_ASSUMPTIONS } from "../plan/scale/assumptions";
import { print, printJson, stackOption } from "./io";
import { openSite } from "./stack";

interface PlanOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly scale?: boolean;
  readonly writeFiles?: string;
  readonly linkGbit: number;
  readonly imageMib: number;
  readonly fanIn: number;
}

export function addPlanCommand(program: Command): void {
  const { linkGbit, imageMib, fanIn } = SCALE_ASSUMPTIONS;
  program
    .command("plan")
    .description("print what a person would type: the docker run lines, folded by hostlist; contacts no host")
    .addOption(stackOption())
    .option("--json", "the whole plan as JSON")
    .option("--write-files <folder>", "write the files of daemons with `external: true`, for whoever makes the node image")
    .option("--scale", "what the size of the stack means: batches, image pulls, aggregators, maestro")
    .option("--link-gbit <number>", "with --scale: speed of a registry's link, Gbit/s", positive, linkGbit)
    .option("--image-mib <number>", "with --scale: size of an image as it is pulled, MiB", positive, imageMib)
    .option("--fan-in <number>", "with --scale: daemons that one aggregator pulls from", atLeastOne, fanIn)
    .addHelpText(
      "after",
      "\nExamples:\n  ldms plan -s cygnus\n  ldms plan -s cygnus --json | jq '.containers[].name'\n  ldms plan -s cygnus --scale --link-gbit 25",
    )
    .action(async ({ stack, json, scale, writeFiles, ...assumptions }: PlanOptions) => {
      const site = await openSite(stack);
      if (scale) {
        const scaled = await site.scale(assumptions);
        return json ? printJson(scaled) : print(renderScale(scaled, scaled.groups));
      }
      const { plan } = await site.plan();
      if (writeFiles !== undefined) return writeExternalFiles(writeFiles, externalFiles(plan.externals ?? []));
      return json ? printJson(plan) : print(renderPlan(plan));
    });
}

function writeExternalFiles(folder: string, files: readonly ExternalFile[]): void {
  if (files.length === 0)
    throw BadInputError.of("--write-files", "no daemons of the stack have `external: true`", "samplers: [{ external: true, … }]");
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) {
    writeFileSync(join(folder, name), text);
    print(join(folder, name));
  }
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("must be a number above 0");
  return value;
}

function atLeastOne(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("must be a whole number, 1 or more");
  return value;
}
