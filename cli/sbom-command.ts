import type { Command } from "commander";
import { inventoryImage } from "../operations/images/image-inventory";
import { renderSpdx } from "../operations/images/spdx";
import { name as tool, version } from "../package.json";
import type { ImageName } from "../plan/model/image";
import { printJson, stackOption } from "./io";
import { openPlan } from "./stack";

export function addSbomCommand(images: Command): void {
  images
    .command("sbom <image>")
    .description("the bill of materials of an image as SPDX 2.3 JSON: base, Debian packages, and the files that no package owns")
    .addOption(stackOption())
    .addHelpText("after", "\nExample:\n  ldms images sbom -s cygnus ldms-samp > ldms-samp.spdx.json")
    .action(async (image: ImageName, { stack }: { readonly stack: string }) => {
      const { located: plan } = await openPlan(stack);
      const inventory = await inventoryImage(plan, image);
      printJson(renderSpdx(plan.images.find(({ name }) => name === image)!.reference, inventory, `${tool}-${version}`));
    });
}
