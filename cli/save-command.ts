import type { Command } from "commander";
import { renderBytes } from "../plan/text/bytes";
import { print, printJson, stackOption } from "./io";
import { openSite } from "./stack";

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
  const files = await (await openSite(stack)).images.save(output, ({ path, reference, sizeBytes }) => {
    if (!json) print(`${path}: ${reference}, ${renderBytes(sizeBytes)}`);
  });
  if (json) printJson(files);
}
