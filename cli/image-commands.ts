import type { Command } from "commander";
import type { LockedImage, LockedImages } from "../automation/verbs/lock-images";
import { addImageBuildCommands } from "./image-build-commands";
import { addImageImportCommand } from "./image-import-command";
import { print, printJson, stackOption } from "./io";
import { addSaveCommand } from "./save-command";
import { addSbomCommand } from "./sbom-command";
import { openSite } from "./stack";

interface LockOptions {
  readonly stack: string;
  readonly json?: boolean;
}

export function addImageCommands(program: Command): void {
  const images = program.command("images").description("the images that the stack's containers are made from");
  images
    .command("lock")
    .description("write the digests that the registry has now into the stack file: a tag that moves changes nothing then")
    .addOption(stackOption())
    .option("--json", "the same as JSON")
    .addHelpText("after", "\nExample:\n  ldms images lock -s cygnus && git diff Pulumi.cygnus.yaml")
    .action(runLock);
  addSbomCommand(images);
  addImageBuildCommands(images);
  addImageImportCommand(images);
  addSaveCommand(images);
}

async function runLock({ stack, json }: LockOptions): Promise<void> {
  const found = await (await openSite(stack)).images.lock();
  if (json) printJson(found.locked);
  else print([...found.locked.map(renderLocked), renderSummary(stack, found)].join("\n"));
}

function renderLocked({ image, digest, before }: LockedImage): string {
  return `${image}: ${digest}${before === undefined || before === digest ? "" : `, was ${before}`}`;
}

function renderSummary(stack: string, { locked, leftOut }: LockedImages): string {
  const changed = locked.filter(({ digest, before }) => digest !== before).length;
  const rest = leftOut.length > 0 ? `, ${leftOut.length} left out: built here, from an archive, or pinned by their reference` : "";
  return `Pulumi.${stack}.yaml: ${changed} changed, ${locked.length - changed} unchanged${rest}`;
}
