import { createHash } from "node:crypto";
import { type ArchiveProblem, toArchiveProblem } from "../archive/archive-problem";
import { type EntryType, readTar, type TarEntry } from "../archive/read-tar";
import { seenBy } from "../archive/sha256";
import { Unpacker } from "../archive/unpack";
import { IMAGES, PLUGINS, PROJECT } from "./layout";

/** Types of what is in each packed part. A layer of `docker save` may be a link to another's; of these links none reaches the disk. */
export const PART_TYPES: Readonly<Record<string, readonly EntryType[]>> = {
  [PROJECT]: ["file", "directory"],
  [PLUGINS]: ["file"],
  [IMAGES]: ["file", "directory", "symlink", "link"],
};

export interface ReadPart {
  /** Of the part as it is packed. */
  readonly sha256: string;
  /** What is wrong with what it holds. */
  readonly problem?: ArchiveProblem;
}

/** Reads a packed part of a bundle to its end, whatever it is; its entries go to `use`. @throws what is not about the part, such as a full disk */
export async function readPart(part: TarEntry, use: (entries: AsyncIterable<TarEntry>) => Promise<void>): Promise<ReadPart> {
  const hash = createHash("sha256");
  const unpacker = new Unpacker("zstd", part.sizeBytes, "pipe");
  const fed = unpacker.feed(seenBy(hash, part.content));
  // It is awaited below; that a bundle is cut off may be known earlier.
  fed.catch(() => undefined);
  const used = await use(readTar(unpacker, PART_TYPES[part.name]!)).then(
    () => undefined,
    (error: unknown) => error,
  );
  unpacker.stop();
  await fed;
  const sha256 = hash.digest("hex");
  return used === undefined ? { sha256 } : { sha256, problem: toArchiveProblem(used) };
}
