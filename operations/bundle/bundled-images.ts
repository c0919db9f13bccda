import { createHash } from "node:crypto";
import { posix } from "node:path";
import { ArchiveProblem } from "../archive/archive-problem";
import { readText, type TarEntry } from "../archive/read-tar";
import { imageIdOf, MANIFEST, MAX_JSON_BYTES, parseSavedConfig, parseSavedManifest, type SavedManifest } from "../archive/saved-manifest";
import type { BundleIndex } from "./bundle-index";

/** An image of a bundle, known by its content alone: the names in the maker's file are of no account. */
export interface BundledImage {
  readonly reference: string;
  /** Hex; is its id. */
  readonly configSha256: string;
  /** Hex, lowest layer first. */
  readonly layerSha256s: readonly string[];
}

/** What stands in a file of `docker save`, by path. */
interface Saved {
  readonly sums: Map<string, string>;
  /** manifest.json, and what may be the config of an image of the index. */
  readonly texts: Map<string, string>;
  /** A layer that is stored under another image already. */
  readonly links: Map<string, string>;
}

/** Compares every image of the index with its id, and every layer with its image. @throws ArchiveProblem */
export async function checkImages(entries: AsyncIterable<TarEntry>, index: BundleIndex): Promise<readonly BundledImage[]> {
  const saved: Saved = { sums: new Map(), texts: new Map(), links: new Map() };
  const configs = new Set(index.images.flatMap(({ id }) => [`${hexOf(id)}.json`, `blobs/sha256/${hexOf(id)}`]));
  for await (const entry of entries) {
    const { name, type, target } = entry;
    if (type === "symlink" && !target.startsWith("/")) saved.links.set(name, posix.join(posix.dirname(name), target));
    if (type === "link") saved.links.set(name, target);
    if (type === "file") await keepFile(entry, name === MANIFEST || configs.has(name), saved);
  }
  const manifest = saved.texts.get(MANIFEST);
  if (manifest === undefined) throw new ArchiveProblem("has no manifest.json of docker save");
  const images = new Map(parseSavedManifest(manifest).map((image) => [imageIdOf(image.Config), image]));
  return index.images.map((image) => compareImage(saved, image, images.get(image.id), index.platform));
}

async function keepFile(entry: TarEntry, isText: boolean, { sums, texts }: Saved): Promise<void> {
  const hash = createHash("sha256");
  if (isText) {
    const text = await readText(entry, MAX_JSON_BYTES);
    texts.set(entry.name, text);
    hash.update(text);
  } else for await (const chunk of entry.content) hash.update(chunk);
  sums.set(entry.name, hash.digest("hex"));
}

function compareImage(
  { sums, texts, links }: Saved,
  { name, id, reference }: BundleIndex["images"][number],
  image: SavedManifest[number] | undefined,
  wanted: string,
): BundledImage {
  const refuse = (problem: string) => new ArchiveProblem(`has ${problem}`);
  if (!image) throw refuse(`no ${name} of the id ${id}`);
  if (!image.RepoTags?.includes(reference)) throw refuse(`${name} not as \`${reference}\``);
  if (sums.get(image.Config) !== hexOf(id)) throw refuse(`a config of ${name} that is not that of its id ${id}`);
  const { os, architecture, rootfs } = parseSavedConfig(image.Config, texts.get(image.Config)!);
  const platform = `${os}/${architecture}`;
  if (platform !== wanted) throw refuse(`${name} for ${platform}, not for ${wanted}`);
  const count = image.Layers.length;
  if (rootfs.diff_ids.length !== count) throw refuse(`${count} layers of ${name}, not ${rootfs.diff_ids.length}`);
  const bad = image.Layers.findIndex((layer, i) => `sha256:${sums.get(links.get(layer) ?? layer)}` !== rootfs.diff_ids[i]);
  if (bad >= 0) throw refuse(`a damaged layer of ${name}, number ${bad + 1} of ${count}`);
  return { reference, configSha256: hexOf(id), layerSha256s: rootfs.diff_ids.map(hexOf) };
}

function hexOf(id: string): string {
  return id.replace(/^sha256:/, "");
}
