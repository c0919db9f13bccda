import { spawn } from "node:child_process";
import { createReadStream, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { withoutPulumiVariables } from "../../plan/child-environment";
import { imageIdOf, SavedManifest } from "../read-archives";
import type { BundleIndex } from "./layout";
import { endOf } from "./pipe";

/** Makes of the unpacked images of a bundle one file of `docker save` each, so that a host gets no more than it runs. */
export async function splitImages(unpacked: string, images: BundleIndex["images"], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const manifest = SavedManifest.parse(JSON.parse(readFileSync(join(unpacked, "manifest.json"), "utf8")));
  for (const { name, id } of images) {
    const one = manifest.find(({ Config }) => imageIdOf(Config) === id)!;
    await writeOne(unpacked, one, join(folder, `${name}.tar.zst`));
  }
}

async function writeOne(unpacked: string, image: SavedManifest[number], to: string): Promise<void> {
  const partial = `${to}.partial`;
  const compress = spawn("zstd", ["--quiet", "--force", "-T0", "-o", partial], {
    env: withoutPulumiVariables(process.env),
    stdio: ["pipe", "ignore", "pipe"],
  });
  const archive = pack();
  const written = Promise.all([endOf("zstd", compress), pipeline(archive, compress.stdin)]);
  // First, so that who reads it need not read the layers.
  const text = JSON.stringify([image]);
  archive.entry({ name: "manifest.json", mtime: new Date(0) }, text);
  for (const path of new Set([image.Config, ...image.Layers])) {
    // A layer may be a link to that of another image.
    const file = realpathSync(join(unpacked, path));
    const entry = archive.entry({ name: path, size: lstatSync(file).size, mtime: new Date(0) });
    await pipeline(createReadStream(file), entry);
  }
  archive.finalize();
  await written;
  renameSync(partial, to);
}
