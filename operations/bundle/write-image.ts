import { type ChildProcess, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { MANIFEST } from "../archive/saved-manifest";
import { endOf } from "../common/pipe";
import type { BundledImage } from "./bundled-images";

/** A file of `docker save` of one image, so that a host gets no more than it runs. @param folder has its config and its layers, each by its SHA-256 */
export async function writeImageFile(image: BundledImage, folder: string, to: string): Promise<void> {
  await writeImage(image, folder, ["zstd", "--quiet", "--force", "-T0", "-o", to]);
}

/** Into this machine's engine: the one image under its one tag, whatever else the maker's file holds. */
export async function loadImage(image: BundledImage, folder: string): Promise<void> {
  await writeImage(image, folder, ["docker", "load", "--quiet"]);
}

/** Hands the file to a program, under names of its content: none is the maker's. @throws OperationError */
async function writeImage(image: BundledImage, folder: string, [program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const { reference, configSha256, layerSha256s } = image;
  const child: ChildProcess = spawn(program, args, { env: withoutPulumiVariables(process.env), stdio: ["pipe", "ignore", "pipe"] });
  const archive = pack();
  const ended = endOf([program, ...args.slice(0, 1)].join(" "), child);
  const written = pipeline(archive, child.stdin!);
  const config = `${configSha256}.json`;
  const layers = layerSha256s.map((sum) => `${sum}/layer.tar`);
  const packed = async () => {
    // First, so that who reads it need not read the layers.
    archive.entry({ name: MANIFEST, mtime: new Date(0) }, JSON.stringify([{ Config: config, RepoTags: [reference], Layers: layers }]));
    for (const [name, sum] of new Map([[config, configSha256], ...layers.map((layer, i) => [layer, layerSha256s[i]!] as const)])) {
      const file = join(folder, sum);
      await pipeline(createReadStream(file), archive.entry({ name, size: (await stat(file)).size, mtime: new Date(0) }));
    }
    archive.finalize();
  };
  // Who ends early says why; the broken pipe says nothing.
  const [end, ...others] = await Promise.allSettled([ended, written, packed()]);
  for (const one of [end, ...others]) if (one.status === "rejected") throw one.reason;
}
