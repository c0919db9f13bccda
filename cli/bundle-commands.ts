import type { Command } from "commander";
import { renderBytes } from "../plan/text/bytes";
import { print, printJson, stackOption } from "./io";
import { openSite } from "./stack";

interface CreateOptions {
  readonly stack: string;
  readonly output: string;
  readonly allImages?: boolean;
  readonly json?: boolean;
}

interface LoadOptions {
  readonly into?: string;
  readonly registry?: string;
  readonly json?: boolean;
}

export function addBundleCommands(program: Command): void {
  const bundle = program.command("bundle").description("sites without internet: one file with all that a stack needs");
  bundle
    .command("create")
    .description("write the file: images, this project with its node_modules, plugins, the stack file without its secrets")
    .addOption(stackOption())
    .requiredOption("-o, --output <file>", "the file to write")
    .option("--all-images", "ldms-dev too, in which binaries are built")
    .option("--json", "what is in it as JSON")
    .addHelpText("after", "\nExample:\n  ldms bundle create -s cygnus -o cygnus.bundle && tar -xOf cygnus.bundle README.txt")
    .action(runCreate);
  bundle
    .command("load <file>")
    .description("check the whole file, then make a project of it; nothing of a bad file is used")
    .option("--into <folder>", "the project's folder, which must not be there yet (default: ldms-STACK)")
    .option("--registry <host:port>", "push the images there; without it they go to the hosts as archives")
    .option("--json", "what was in it as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  ldms bundle load cygnus.bundle --into /srv/ldms\n\nAt a site that has no ldms yet:\n  tar -xOf cygnus.bundle load | sh -s -- cygnus.bundle --into /srv/ldms",
    )
    .action(runLoad);
}

/** To stderr: what a long step is at. */
function tell(step: string): void {
  process.stderr.write(`bundle: ${step} ...\n`);
}

async function runCreate({ stack, output, allImages = false, json }: CreateOptions): Promise<void> {
  const { index, sizeBytes } = await (await openSite(stack)).bundle.create({ output, allImages, onStep: tell });
  if (json) printJson({ ...index, sizeBytes });
  else
    print(
      `${output}: ${renderBytes(sizeBytes)}, ${index.images.length} images, ${index.plugins.length} plugin programs, for hosts of ${index.platform}`,
    );
}

async function runLoad(file: string, { into, registry, json }: LoadOptions): Promise<void> {
  // As in stack.ts.
  const { loadBundle, renderNextSteps } = require("../operations/bundle/load") as typeof import("../operations/bundle/load");
  const index = await loadBundle({
    path: file,
    ...(into !== undefined && { into }),
    ...(registry !== undefined && { registry }),
    onStep: tell,
  });
  const folder = into ?? `ldms-${index.stack}`;
  if (json) printJson(index);
  else
    print(
      [`${file}: whole; the stack ${index.stack} is ready. Next:`, ...renderNextSteps(index, folder).map((line) => `  ${line}`)].join("\n"),
    );
}
