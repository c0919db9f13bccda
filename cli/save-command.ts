import type { Command } from "commander";
import { type SavedFile, saveImages } from "../operations/images/save-images";
import { renderBytes } from "../plan/text/bytes";
import { print, printJson, stackOption } from "./io";
import { openPlan } from "./stack";

interface SaveOptions {
  readonly stack: string;
  readonly output: string;
  readonly json?: boolean;
}

export function addSaveCommand(images: Command): void {
  images
    .command("save")
    .description("save the stack's images to files, one each, for `source: archive`: sites without a registry")
    .addOption(stackOption())
    .option("-o, --output <folder>", "where the files go", "archives")
    .option("--json", "the same as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  ldms images save -s cygnus -o archives   # then in the stack file: images: { source: archive, archive: archives }",
    )
    .action(runSave);
}

/** The images from this machine's engine, which has built them, or pulls them. */
async function runSave({ stack, output, json }: SaveOptions): Promise<void> {
  const { plan } = await openPlan(stack);
  const files: SavedFile[] = [];
  await saveImages(plan.images, output, (file) => {
    files.push(file);
    if (!json) print(`${file.path}: ${file.reference}, ${renderBytes(file.sizeBytes)}`);
  });
  if (json) printJson(files);
}
