import { planSteps, stepsOfImage } from "../builds/build-steps";
import type { ClusterConfig } from "../config/config";
import type { OWN_IMAGES } from "../config/images";
import { expandHostlist } from "../hostlist/hostlist";
import type { ImageName, PlannedBuild, PlannedImage } from "../model/image";
import type { ArchiveFacts } from "../model/plan-facts";
import { splitRegistry } from "../text/registry";
import { findArchived } from "./archives";
import { groupImages } from "./group-image";
import { labelArgs } from "./image-labels";

type OwnImage = (typeof OWN_IMAGES)[number];

/** The images named, sorted; one that the stack gives a whole reference is taken as it is, never built. */
export function planImages(config: ClusterConfig, names: Iterable<ImageName>, archives: readonly ArchiveFacts[] = []): PlannedImage[] {
  return [...new Set(names)].sort().map((name) => planImage(config, name as OwnImage, archives));
}

/** The mirror of each host that has one. */
export function planMirrors({ images }: Pick<ClusterConfig, "images">): ReadonlyMap<string, string> {
  return new Map(images.mirrors.flatMap(({ hosts, registry }) => expandHostlist(hosts).map((host) => [host, registry] as const)));
}

function planImage(config: ClusterConfig, name: OwnImage, archives: readonly ArchiveFacts[]): PlannedImage {
  const { images } = config;
  const own = groupImages(config).get(name) ?? images.references[name];
  if (own === undefined && images.source === "build")
    return { name, reference: defaultReference(images, name), build: planBuild(config, name) };
  if (own === undefined && images.source === "archive") {
    // What is not there exactly once has been told by `checkArchives`.
    const [archived] = findArchived(archives, name, images.tag);
    if (archived) return { name, ...archived };
  }
  const [reference, writtenDigest] = (own ?? defaultReference(images, name)).split("@") as [string, string?];
  const digest = writtenDigest ?? images.digests[name];
  return { name, reference, ...(digest !== undefined && { digest }) };
}

/** `198.18.0.5:5000/ovishpc/ldms-samp:4.5.3` */
export function defaultReference({ registry, namespace, tag }: ClusterConfig["images"], name: ImageName): string {
  return `${registry ? `${registry}/` : ""}${namespace}/${name}:${tag}`;
}

/** How the image is built where the stack says to. */
export function planBuild(config: ClusterConfig, name: OwnImage): PlannedBuild {
  const { stack, images } = config;
  const allSteps = planSteps(config);
  const steps = stepsOfImage(name, allSteps);
  // The first part is the one that the image is named after.
  const { source } = allSteps.find((step) => step.name === steps[0]) ?? {};
  return {
    recipe: `images/${name}`,
    context: `.ldms/contexts/${stack}/${name}`,
    ovis: images.ovis,
    ...(name === "ldms-grafana" && images.dsosds !== undefined && { dsosds: images.dsosds }),
    ...(images.sources !== undefined && { steps }),
    platform: images.platform,
    args: {
      ...(name === "ldms-grafana" ? { GRAFANA_BASE: images.grafanaBase } : { BASE_IMAGE: images.base }),
      ...labelArgs(images.tag, source),
    },
  };
}

/** `reg.site:5000/ovishpc/ldms-samp@sha256:…` in another registry; without one, as it is, and so is an id. A name of no registry is one of Docker Hub. */
export function mirrorReference(reference: string, mirror: string | undefined): string {
  return mirror === undefined || reference.startsWith("sha256:") ? reference : `${mirror}/${splitRegistry(reference).repository}`;
}

/** By digest alone where it is known: docker keeps no tag of an image that is pulled by both. One from an archive by its id. */
export function pullReference({ reference, digest, archive }: PlannedImage): string {
  if (archive) return archive.id;
  return digest === undefined ? reference : `${reference.replace(/:[^:/]*$/, "")}@${digest}`;
}

/** What a person gives to `docker pull` and `docker run`: `ovishpc/ldms-samp:4.5.3@sha256:…`; to the latter, of one from an archive, its id. */
export function fullReference({ reference, digest, archive }: PlannedImage): string {
  if (archive) return archive.id;
  return digest === undefined ? reference : `${reference}@${digest}`;
}
