import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pack } from "tar-stream";
import { type BundleIndex, FORMAT } from "../../operations/bundle/bundle-index";
import { writeBundle } from "../../operations/bundle/create";
import { IMAGES, INDEX, PROJECT, renderSums, SUMS, thisMachine } from "../../operations/bundle/layout";

/** A file in a tar, or what stands there instead of one. */
export interface Part {
  readonly name: string;
  readonly content: Buffer;
  readonly linkname?: string;
  /** @default file, or with a linkname symlink */
  readonly type?: "file" | "link" | "symlink" | "directory" | "character-device" | "fifo";
  readonly mode?: number;
  /** Further keys of its header. */
  readonly pax?: Readonly<Record<string, string>>;
}

export const sha256 = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");

export async function tarOf(parts: readonly Part[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content, linkname, type = linkname === undefined ? "file" : "symlink", mode, pax } of parts) {
    const header = {
      name,
      type,
      mtime: new Date(0),
      ...(linkname !== undefined && { linkname }),
      ...(mode !== undefined && { mode }),
      ...(pax && { pax }),
    };
    if (type === "file") archive.entry(header, content);
    else archive.entry(header);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The files and links of a tar, as it was written: headers of 512 bytes with the size in octal at 124, the type at 156 and a link's end at 157. */
export function partsOf(tar: Buffer): Part[] {
  const parts: Part[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const textAt = (start: number) =>
      tar
        .subarray(start, start + 100)
        .toString()
        .replace(/\0.*$/s, "");
    const isLink = tar[at + 156] === "2".charCodeAt(0);
    const size = Number.parseInt(tar.subarray(at + 124, at + 136).toString(), 8);
    parts.push({ name: textAt(at), content: tar.subarray(at + 512, at + 512 + size), ...(isLink && { linkname: textAt(at + 157) }) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return parts;
}

/** Each file's content made anew by name. */
export const change = (parts: readonly Part[], name: string, to: (content: Buffer) => Buffer) =>
  parts.map((part) => (part.name === name ? { ...part, content: to(part.content) } : part));

/** Sums made anew, as by somebody who has changed more than a bit. */
export const resum = (parts: readonly Part[]) =>
  change(parts, SUMS, () =>
    Buffer.from(
      renderSums(parts.filter(({ name }) => name !== SUMS).map(({ name, content }) => ({ name, sizeBytes: 0, sha256: sha256(content) }))),
    ),
  );

export const inIndex = (parts: readonly Part[], values: object) =>
  resum(change(parts, INDEX, (content) => Buffer.from(JSON.stringify({ ...JSON.parse(content.toString()), ...values }))));

export function zstd(content: Buffer): Buffer {
  return spawnSync("zstd", ["--quiet", "--stdout"], { input: content, maxBuffer: 1 << 28 }).stdout;
}

interface SketchedImage {
  readonly name: BundleIndex["images"][number]["name"];
  readonly layers: readonly Buffer[];
  readonly architecture?: string;
}

/** Files of `docker save` of images with such layers; the first layer of the second one is a link to the first's, as engines before 25.0 write it. */
export function savedImages(images: readonly SketchedImage[]): { readonly parts: Part[]; readonly index: BundleIndex["images"] } {
  const parts: Part[] = [];
  const manifest: object[] = [];
  const index: BundleIndex["images"] = [];
  const known = new Map<string, string>();
  for (const { name, layers, architecture = "amd64" } of images) {
    const config = JSON.stringify({
      architecture,
      os: "linux",
      rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
      name,
    });
    const paths = layers.map((layer, i) => {
      const path = `${sha256(name + i)}/layer.tar`;
      const earlier = known.get(sha256(layer));
      parts.push(earlier ? { name: path, content: Buffer.alloc(0), linkname: `../${earlier}` } : { name: path, content: layer });
      known.set(sha256(layer), earlier ?? path);
      return path;
    });
    parts.push({ name: `${sha256(config)}.json`, content: Buffer.from(config) });
    manifest.push({ Config: `${sha256(config)}.json`, RepoTags: [`ovishpc/${name}:4.5.3`], Layers: paths });
    index.push({ name, reference: `ovishpc/${name}:4.5.3`, id: `sha256:${sha256(config)}` });
  }
  parts.push({ name: "manifest.json", content: Buffer.from(JSON.stringify(manifest)) });
  return { parts, index };
}

/** Bytes that do not get smaller: what is cut or flipped in their file lies within them. */
export const RANDOM = Buffer.concat(Array.from({ length: 30_000 }, (_, i) => createHash("sha256").update(String(i)).digest()));
export const SHARED = Buffer.alloc(300_000, "shared layer ");
export const STACK_FILE = "config:\n  # the site's own\n  ldms:xprt: sock\n  ldms:images: { source: build, tag: 4.5.3, ovis: ovis }\n";

/** Writes a small bundle that is whole, of two images that share a layer. */
export async function writeSmallBundle(folder: string, output: string, changes: Partial<BundleIndex> = {}): Promise<Buffer> {
  const images = savedImages([
    { name: "ldms-samp", layers: [SHARED, Buffer.alloc(5000, "sampler")] },
    { name: "ldms-agg", layers: [SHARED, RANDOM] },
  ]);
  writeFileSync(join(folder, IMAGES), zstd(await tarOf(images.parts)));
  writeFileSync(join(folder, PROJECT), zstd(await tarOf([{ name: "index.ts", content: Buffer.from("// a project\n") }])));
  writeFileSync(join(folder, "Pulumi.site.yaml"), STACK_FILE);
  const index: BundleIndex = {
    format: FORMAT,
    version: "0.1.0",
    stack: "site",
    created: "2026-05-04T12:00:00.000Z",
    machine: thisMachine(),
    node: 20,
    platform: "linux/amd64",
    images: images.index,
    plugins: [],
    ownFiles: [],
    secrets: ["ldms:mungeKey"],
    missing: ["id_ed25519"],
    ...changes,
  };
  await writeBundle(folder, index, output);
  return readFileSync(output);
}
