import { mirrorReference } from "../../plan/images/plan-images";
import type { ImageName, PlannedImage } from "../../plan/model/image";

/** What an engine says of the image that a container runs. */
export interface FoundImage {
  readonly imageId?: string | undefined;
  /** Tags, and `repository@sha256:…`. */
  readonly imageNames?: readonly string[] | undefined;
}

/** What a host makes containers of an image from, by way of its mirror where it has one: an image that is sent from an archive keeps its name. */
export function wantedReference(images: readonly PlannedImage[], name: ImageName, mirror: string | undefined): string | undefined {
  const image = images.find((one) => one.name === name);
  if (!image) return undefined;
  const { reference, digest, archive } = image;
  const own = digest === undefined ? reference : `${reference}@${digest}`;
  return archive ? own : mirrorReference(own, mirror);
}

/** false where the names that the host has for its image do not tell. @param wanted a reference, with or without a digest, or an id */
export function isOtherImage({ imageId, imageNames = [] }: FoundImage, wanted: string): boolean {
  if (wanted.startsWith("sha256:")) return imageId !== wanted;
  const names = imageNames.map(withoutRegistryOfDocker);
  const [reference, digest] = withoutRegistryOfDocker(wanted).split("@") as [string, string?];
  if (digest !== undefined) {
    const digests = names.filter((name) => name.includes("@"));
    return imageId !== digest && digests.length > 0 && !digests.some((name) => name.endsWith(`@${digest}`));
  }
  const tags = names.filter((name) => !name.includes("@"));
  return tags.length > 0 && !tags.includes(reference);
}

/** Docker leaves it out, podman does not. */
function withoutRegistryOfDocker(name: string): string {
  return name.replace(/^docker\.io\//, "");
}

/** The name of the image that a container runs, for people. */
export function foundName({ imageNames = [], imageId = "" }: FoundImage): string {
  const name = imageNames.find((one) => !one.includes("@")) ?? imageNames[0];
  return name === undefined ? imageId.slice(0, 19) : shortName(name);
}

/** `ldms-samp:4.5.4`, with the beginning of its digest where that is all that tells: `ldms-samp@sha256:9f2c81aa`. */
export function shortName(reference: string): string {
  const last = reference.slice(reference.indexOf("/") < 0 ? 0 : reference.split("@")[0]!.lastIndexOf("/") + 1);
  const [name = "", digest] = last.split("@");
  return digest === undefined || name.includes(":") ? name : `${name}@${digest.slice(0, 15)}`;
}
