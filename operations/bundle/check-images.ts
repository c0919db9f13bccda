import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";
import { withoutPulumiVariables } from "../../plan/child-environment";
import { imageIdOf, SavedConfig, SavedManifest } from "../read-archives";
import type { BundleIndex } from "./layout";

/** Configs and manifests are far below; layers may be. */
const KEPT_BYTES = 1 << 20;

/** What stands in a file of `docker save`, by path. */
interface Saved {
  readonly sums: Map<string, string>;
  readonly texts: Map<string, Buffer>;
  /** A layer that is stored under another image already. */
  readonly links: Map<string, string>;
}

/** Takes a compressed file of `docker save` chunk by chunk, and compares every image with its id and every layer with its image. */
export class ImageCheck {
  private readonly saved: Saved = { sums: new Map(), texts: new Map(), links: new Map() };
  private readonly unpack = spawn("zstd", ["--decompress", "--quiet", "--stdout"], {
    env: withoutPulumiVariables(process.env),
    stdio: ["pipe", "pipe", "ignore"],
  });
  /** zstd's exit code; undefined where it is not installed. */
  private readonly ended = new Promise<number | null | undefined>((resolve) => {
    this.unpack.once("error", () => resolve(undefined));
    this.unpack.once("close", resolve);
  });
  private readonly reading = readTar(this.unpack.stdout, this.saved).then(
    () => true,
    () => false,
  );

  constructor() {
    // It has ended early, and its exit code tells.
    this.unpack.stdin.on("error", () => undefined);
  }

  async write(chunk: Buffer): Promise<void> {
    const { stdin } = this.unpack;
    if (stdin.writable && !stdin.write(chunk)) await Promise.race([new Promise((resolve) => stdin.once("drain", resolve)), this.ended]);
  }

  /** @returns what is wrong, in words that follow the file's name; undefined: nothing */
  async finish(index: BundleIndex): Promise<string | undefined> {
    this.unpack.stdin.end();
    const [isRead, code] = await Promise.all([this.reading, this.ended]);
    if (code === undefined) return "cannot be unpacked: zstd is not installed here";
    return isRead && code === 0 ? compare(this.saved, index) : "cannot be unpacked";
  }

  stop(): void {
    this.unpack.kill();
  }
}

async function readTar(stream: Readable, { sums, texts, links }: Saved): Promise<void> {
  const archive = extract();
  archive.on("entry", (header: Header, entry, next) => {
    if (header.type !== "file") {
      if (header.linkname) links.set(header.name, posix.join(posix.dirname(header.name), header.linkname));
      entry.resume();
      entry.once("end", next);
      return;
    }
    const hash = createHash("sha256");
    const chunks: Buffer[] = [];
    // What ends within a file is told by the reader of the whole; an error that nobody hears would end the process.
    entry.on("error", () => undefined);
    entry.on("data", (data: unknown) => {
      const chunk = data as Buffer;
      hash.update(chunk);
      if ((header.size ?? 0) <= KEPT_BYTES) chunks.push(chunk);
    });
    entry.once("end", () => {
      sums.set(header.name, hash.digest("hex"));
      if ((header.size ?? 0) <= KEPT_BYTES) texts.set(header.name, Buffer.concat(chunks));
      next();
    });
  });
  await pipeline(stream, archive);
}

function compare(saved: Saved, index: BundleIndex): string | undefined {
  const manifest = SavedManifest.safeParse(readJson(saved, "manifest.json"));
  if (!manifest.success) return "has no manifest.json of docker save";
  const ids = new Map(manifest.data.map((image) => [imageIdOf(image.Config), image]));
  for (const { name, id, reference } of index.images) {
    const image = ids.get(id);
    if (!image) return `has no ${name} of the id ${id}`;
    if (!image.RepoTags?.includes(reference)) return `has ${name} not as \`${reference}\``;
    const problem = compareImage(saved, name, id, image, index.platform);
    if (problem) return problem;
  }
  return undefined;
}

function compareImage(saved: Saved, name: string, id: string, image: SavedManifest[number], wanted: string): string | undefined {
  if (`sha256:${saved.sums.get(image.Config)}` !== id) return `has a config of ${name} that is not that of its id ${id}`;
  const config = SavedConfig.safeParse(readJson(saved, image.Config));
  if (!config.success) return `has a config of ${name} that cannot be read`;
  const { os, architecture, rootfs } = config.data;
  const platform = `${os}/${architecture}`;
  if (platform !== wanted) return `has ${name} for ${platform}, not for ${wanted}`;
  if (rootfs.diff_ids.length !== image.Layers.length) return `has ${image.Layers.length} layers of ${name}, not ${rootfs.diff_ids.length}`;
  const bad = image.Layers.findIndex((layer, i) => `sha256:${saved.sums.get(saved.links.get(layer) ?? layer)}` !== rootfs.diff_ids[i]);
  return bad < 0 ? undefined : `has a damaged layer of ${name}, number ${bad + 1} of ${image.Layers.length}`;
}

function readJson({ texts }: Saved, name: string): unknown {
  try {
    return JSON.parse(texts.get(name)?.toString() ?? "");
  } catch {
    return undefined;
  }
}
