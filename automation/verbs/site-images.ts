import { inventoryImage } from "../../operations/images/image-inventory";
import { type SavedFile, saveImages } from "../../operations/images/save-images";
import { renderSpdx } from "../../operations/images/spdx";
import type { SpdxDocument } from "../../operations/images/spdx-document";
import { name as tool, version } from "../../package.json";
import type { OwnImageName } from "../../plan/config/images";
import type { ImageName } from "../../plan/model/image";
import type { RunOptions } from "../run-options";
import { readSitePlan } from "../site-plan";
import type { SiteRun } from "../site-run";
import { findLostSteps, imageTargets, type PackagedImage, packageImage, restoreSteps } from "./build-images";
import { type LockedImages, lockImages } from "./lock-images";
import { openShell, type ShellArgs, type SourceShell } from "./open-shell";
import type { SiteContext } from "./site-context";

export interface BuildOptions extends Omit<RunOptions, "targets" | "excludes" | "waitSeconds"> {
  /** First makes the images that `lost` names; told each one's name before that. */
  readonly restore?: (imageName: string) => void;
}

/** `ldms images`: the images that the stack's containers are made from. */
export class SiteImages {
  constructor(private readonly site: SiteContext) {}

  /** Builds and pushes what the stack says to build, or one image with what it is made from; touches no host. @throws Error where it builds none */
  async build(image?: OwnImageName, options: BuildOptions = {}): Promise<SiteRun> {
    const { restore, ...run } = options;
    const { location } = this.site;
    const { plan } = await readSitePlan(location);
    const targets = imageTargets(plan, image);
    if (restore) await restoreSteps(location, plan, restore);
    return this.site.start("up", { ...run, targets, excludes: [], waitSeconds: 0 }, { scope: "images" });
  }

  /** Names of the images between source and result that this machine's engine has lost, or never had: the state says only that they are built. */
  async lost(): Promise<readonly string[]> {
    const { plan } = await readSitePlan(this.site.location);
    return (await findLostSteps(this.site.location, plan)).map(({ imageName }) => imageName);
  }

  /** Makes one image from a folder of binaries, whatever the stack says; it stays on this machine. @param ovis of the site's folder where it is relative */
  package(image: OwnImageName, ovis: string): Promise<PackagedImage> {
    return packageImage(this.site.location, image, ovis);
  }

  /** Writes the digests that the registry has now into the stack file: a tag that moves changes nothing then. */
  lock(): Promise<LockedImages> {
    return lockImages(this.site.location);
  }

  /** The bill of materials as SPDX 2.3. @throws OperationError where no engine that was asked has the image */
  async sbom(image: ImageName): Promise<SpdxDocument> {
    const { located } = await readSitePlan(this.site.location);
    const inventory = await inventoryImage(located, image);
    return renderSpdx(located.images.find(({ name }) => name === image)!.reference, inventory, `${tool}-${version}`);
  }

  /** Each image in a file of its own, as `source: archive` takes it, from this machine's engine. */
  async save(folder: string, onFile: (file: SavedFile) => void = () => {}): Promise<readonly SavedFile[]> {
    const { plan } = await readSitePlan(this.site.location);
    const files: SavedFile[] = [];
    await saveImages(plan.images, folder, (file) => {
      files.push(file);
      onFile(file);
    });
    return files;
  }

  /** ldms-dev, where binaries are built: the command that opens it here, with the sources laid ready. */
  shell(args: ShellArgs = {}): Promise<SourceShell> {
    return openShell(this.site.location, args);
  }
}
