import type { ClusterConfig } from "../config/config";
import { usedImages } from "../config/used-images";
import type { ImageName, PlannedArchive, PlannedImage } from "../model/image";
import type { ArchiveFacts, PlanFacts, ReadArchive } from "../model/plan-facts";
import type { ConfigProblem } from "../problems/errors";

type Archived = Required<Pick<PlannedImage, "reference" | "archive">>;

/**
 * The images of that name in the archives, by the last part of their tags' repository: `ovishpc/ldms-samp:latest` is an `ldms-samp`. One that stands in
 * several files is one; where there are others of the name, those with the stack's tag.
 */
export function findArchived(archives: readonly ArchiveFacts[], name: ImageName, tag: string): readonly Archived[] {
  const found = archives.filter(isRead).flatMap((file) => archivedIn(file, name));
  const byId = new Map(found.reverse().map((one) => [one.archive.id, one]));
  const all = [...byId.values()].reverse();
  const tagged = all.filter(({ reference }) => reference.endsWith(`:${tag}`));
  return all.length > 1 && tagged.length > 0 ? tagged : all;
}

/** What of `images.archive` cannot be read, and which images are not there exactly once for the stack's platform. */
export function checkArchives(config: ClusterConfig, { archives = [] }: PlanFacts): ConfigProblem[] {
  const { images } = config;
  if (images.source !== "archive") return [];
  const broken = archives.flatMap((file) =>
    "problem" in file ? [{ path: "images.archive", message: `${file.problem}: \`${file.path}\`` }] : [],
  );
  const wanted = usedImages(config).filter((name) => images.references[name] === undefined);
  return [...broken, ...wanted.flatMap((name) => checkImage(name, findArchived(archives, name, images.tag), images, archives))];
}

function checkImage(
  name: ImageName,
  found: readonly Archived[],
  { platform, tag }: ClusterConfig["images"],
  archives: readonly ArchiveFacts[],
): ConfigProblem[] {
  const path = "images.archive";
  const [first] = found;
  if (first === undefined) {
    const files = archives.filter(isRead).map((file) => `\`${file.path}\``);
    const help = `docker save ovishpc/${name} > ovishpc-${name}.tar`;
    return [{ path, message: `no image \`${name}\` in ${files.length ? files.join(", ") : "the archives"}`, help }];
  }
  if (found.length > 1) {
    const tags = found.map(({ reference, archive }) => `\`${reference}\` in \`${archive.path}\``).join(", ");
    return [{ path, message: `there are ${found.length} different images \`${name}\`: ${tags}`, help: `set \`tag\`, which is \`${tag}\`` }];
  }
  if (first.archive.platform === platform) return [];
  return [{ path, message: `\`${name}\` in \`${first.archive.path}\` is for ${first.archive.platform}, not for the stack's ${platform}` }];
}

function isRead(facts: ArchiveFacts): facts is ReadArchive {
  return "images" in facts;
}

function archivedIn({ images, ...file }: ReadArchive, name: ImageName): Archived[] {
  return images.flatMap(({ id, platform, tags }) =>
    tags
      .filter((tag) => repositoryName(tag) === name)
      .map((reference) => ({ reference, archive: { ...file, id, platform } satisfies PlannedArchive })),
  );
}

/** `ldms-samp` of `reg:5000/ovishpc/ldms-samp:4.5.3` */
function repositoryName(tag: string): string {
  return tag
    .replace(/:[^:/]*$/, "")
    .split("/")
    .at(-1)!;
}
