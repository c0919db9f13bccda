import type { BundleIndex } from "../../operations/bundle/bundle-index";
import { createBundle, refuseExisting } from "../../operations/bundle/create";
import { defaultReference } from "../../plan/images/plan-images";
import { upstreamOf } from "../../plan/model/image";
import { readSitePlan } from "../site-plan";
import { buildDev } from "./build-here";
import type { SiteContext } from "./site-context";

export interface BundleArgs {
  /** The file to write. */
  readonly output: string;
  /** ldms-dev too, in which binaries are built. @default false */
  readonly allImages?: boolean;
  /** Told what a long step is at. */
  readonly onStep?: (step: string) => void;
}

export interface CreatedBundle {
  readonly index: BundleIndex;
  readonly sizeBytes: number;
}

/** `ldms bundle`: sites without internet. */
export class SiteBundle {
  constructor(private readonly site: SiteContext) {}

  /** One file with all that the stack needs; the project has to be a checkout. @throws BadInputError for a file that is there already */
  async create({ output, allImages = false, onStep = () => {} }: BundleArgs): Promise<CreatedBundle> {
    refuseExisting(output);
    const { projectFolder } = this.site.location;
    const { plan, config } = await readSitePlan(this.site.location);
    // What single groups run stays where its own reference says.
    const images = plan.images.map(({ name }) => name).filter((name) => upstreamOf(name) === name);
    if (allImages && config.images.source === "build") {
      onStep("ldms-dev");
      await buildDev(projectFolder, config, defaultReference(config.images, "ldms-dev"));
    }
    const all = allImages ? [...images, "ldms-dev" as const] : images;
    return createBundle({ projectFolder, config, images: all, output, now: new Date().toISOString(), onStep });
  }
}
