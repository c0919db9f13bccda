import type { PlannedSource } from "../model/image";

/**
 * Build arguments of the labels `org.opencontainers.image.*`: of what the stack says alone, so that the same stack gives the same image.
 * A source that is a folder of this machine says nothing elsewhere and is left out; what is left out is empty in the image.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function labelArgs(version: string, source?: PlannedSource): Readonly<Record<string, string>> {
  const isPublic = source !== undefined && /^([a-z+]+:\/\/|[^/]+@[^/]+:)/.test(source.repo) && !source.repo.startsWith("file:");
  return {
    IMAGE_VERSION: version,
    ...(isPublic && { IMAGE_SOURCE: source.repo }),
    ...(source !== undefined && source.branch !== "HEAD" && { IMAGE_REVISION: source.branch }),
  };
}
