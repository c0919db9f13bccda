import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { ReadArchive } from "../../plan/model/plan-facts";
import { ArchiveProblem } from "./archive-problem";
import { readTar, readText } from "./read-tar";
import { imageIdOf, MANIFEST, MAX_JSON_BYTES, parseSavedConfig, parseSavedManifest } from "./saved-manifest";
import { type Packing, Unpacker } from "./unpack";

/** More are in no file of one stack; their configs are kept while it is read. */
const MAX_IMAGES = 64;

/** First bytes of a packed file. @see RFC 1952 (2.3.1), RFC 8878 (3.1.1) */
const PACKINGS: readonly (readonly [Buffer, Packing])[] = [
  [Buffer.from([0x1f, 0x8b]), "gzip"],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), "zstd"],
];

/** The images of a file of `docker save`, packed or not. @throws ArchiveProblem, tar-stream's own errors, the file system's */
export async function readSavedImages(file: string, sizeBytes: number): Promise<ReadArchive["images"]> {
  const texts = await readTexts(file, sizeBytes, [MANIFEST]);
  const text = texts.get(MANIFEST);
  if (text === undefined) throw new ArchiveProblem("has no manifest.json, which `docker save` writes");
  const manifest = parseSavedManifest(text);
  if (manifest.length > MAX_IMAGES) throw new ArchiveProblem(`has ${manifest.length} images, more than ${MAX_IMAGES}`);
  const ids = manifest.map(({ Config }) => imageIdOf(Config));
  const configs = await readTexts(
    file,
    sizeBytes,
    manifest.map(({ Config }) => Config),
  );
  return manifest.map(({ Config, RepoTags }, i) => {
    const config = configs.get(Config);
    if (config === undefined) throw new ArchiveProblem(`has no \`${Config}\`, which its manifest.json names`);
    if (`sha256:${createHash("sha256").update(config).digest("hex")}` !== ids[i])
      throw new ArchiveProblem(`has a config that is not that of its id ${ids[i]}`);
    const { os, architecture } = parseSavedConfig(Config, config);
    return { id: ids[i]!, tags: RepoTags ?? [], platform: `${os}/${architecture}` };
  });
}

/** The texts of these files in it; reads no further than the last of them. */
async function readTexts(file: string, sizeBytes: number, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(names);
  const texts = new Map<string, string>();
  const source = await openPacked(file, sizeBytes);
  try {
    for await (const entry of readTar(source.bytes, ["file", "directory", "symlink", "link"])) {
      if (wanted.has(entry.name) && entry.type === "file") texts.set(entry.name, await readText(entry, MAX_JSON_BYTES));
      if (texts.size === wanted.size) break;
    }
    return texts;
  } finally {
    await source.close();
  }
}

async function openPacked(file: string, sizeBytes: number): Promise<{ readonly bytes: AsyncIterable<Buffer>; close(): Promise<void> }> {
  const handle = await open(file, "r");
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const [, packing] = PACKINGS.find(([magic]) => buffer.subarray(0, magic.length).equals(magic)) ?? [];
  if (packing === undefined) {
    return { bytes: handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>, close: () => handle.close() };
  }
  const unpacker = new Unpacker(packing, sizeBytes, handle.fd);
  return {
    bytes: unpacker,
    close: () => {
      unpacker.stop();
      return handle.close();
    },
  };
}
