import { planSteps } from "../builds/build-steps";
import type { ClusterConfig } from "../config/config";
import { findRelease, type LdmsdAbilities, SINCE_4_5 } from "./upstream-versions";

/** The ldmsd of an image, as far as the stack file tells. */
export interface DeployedLdmsd extends LdmsdAbilities {
  /** ``of `images.tag` 4.4.5`` */
  readonly named: string;
}

/** An image or a source of the site's own is taken to be as new as 4.5.1. @param ofGroup reference of the image that the group alone has */
export function findLdmsd(config: ClusterConfig, image: "ldms-samp" | "ldms-agg", ofGroup?: string): DeployedLdmsd {
  const { images } = config;
  const own = ofGroup ?? images.references[image];
  if (own !== undefined) {
    const tag = /:([^:/@]+)(@.*)?$/.exec(own)?.[1] ?? "";
    return { named: `of \`${ofGroup === undefined ? "images.references" : "image"}\` ${own}`, ...abilitiesOf(tag) };
  }
  const source = planSteps(config).find(({ name }) => name === "ovis")?.source;
  if (source) return { named: `of \`images.sources\` ${source.branch}`, ...abilitiesOf(source.branch) };
  // What is in the folder `ovis` is nowhere said; its tag is the site's own.
  if (images.source === "build") return { named: `of \`images.ovis\` ${images.ovis}`, ...SINCE_4_5 };
  return { named: `of \`images.tag\` ${images.tag}`, ...abilitiesOf(images.tag) };
}

function abilitiesOf(tag: string): LdmsdAbilities {
  return findRelease(tag).ldmsd ?? SINCE_4_5;
}
