import type { Command } from "commander";
import type { ImageName } from "../plan/model/image";
import { printJson, stackOption } from "./io";
import { openSite } from "./stack";

export function addSbomCommand(images: Command): void {
  images
    .command("sbom <image>")
    .description("the bill of materials of an image as SPDX 2.3 JSON: base, Debian packages, and the files that no package owns")
    .addOption(stackOption())
    .addHelpText("after", "\nExample:\n  ldms images sbom -s cygnus ldms-samp > ldms-samp.spdx.json")
    .action(async (image: ImageName, { stack }: { readonly stack: string }) => {
      printJson(await (await openSite(stack)).images.sbom(image));
    });
}
