import type { ClusterConfig } from "./config";
import type { ImageName, PlannedBuild, PlannedImage } from "./deployment-plan";

type OwnImage = Exclude<ImageName, "ldms-dev">;

/** The images named, sorted; one that the stack gives a whole reference is taken as it is, never built. */
export function planImages(config: ClusterConfig, names: Iterable<ImageName>): PlannedImage[] {
  return [...new Set(names)].sort().map((name) => planImage(config, name as OwnImage));
}

function planImage({ stack, images }: ClusterConfig, name: OwnImage): PlannedImage {
  const own = images.references[name];
  if (own === undefined && images.source === "build")
    return { name, reference: defaultReference(images, name), build: planBuild(stack, images, name) };
  const [reference, writtenDigest] = (own ?? defaultReference(images, name)).split("@") as [string, string?];
  const digest = writtenDigest ?? images.digests[name];
  return { name, reference, ...(digest !== undefined && { digest }) };
}

/** `198.18.0.5:5000/ovishpc/ldms-samp:4.5.3` */
function defaultReference({ registry, namespace, tag }: ClusterConfig["images"], name: ImageName): string {
  return `${registry ? `${registry}/` : ""}${namespace}/${name}:${tag}`;
}

function planBuild(stack: string, images: ClusterConfig["images"], name: ImageName): PlannedBuild {
  return {
    recipe: `images/${name}`,
    context: `.ldms/contexts/${stack}/${name}`,
    ovis: images.ovis,
    platform: images.platform,
    args: name === "ldms-grafana" ? { GRAFANA_BASE: images.grafanaBase } : { BASE_IMAGE: images.base },
  };
}

/** What a person gives to `docker pull` and `docker run`: `ovishpc/ldms-samp:4.5.3@sha256:…`. */
export function fullReference({ reference, digest }: PlannedImage): string {
  return digest === undefined ? reference : `${reference}@${digest}`;
}
