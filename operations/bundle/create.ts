import { createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { ClusterConfig } from "../../plan/config/config";
import { planImages } from "../../plan/images/plan-images";
import { type ImageName, upstreamOf } from "../../plan/model/image";
import { BadInputError } from "../../plan/problems/errors";
import { sha256OfFile } from "../archive/sha256";
import { docker, haveImage, saveToFile } from "../images/save-images";
import { type BundleIndex, FORMAT } from "./bundle-index";
import { checkBundle } from "./check";
import {
  bundleFiles,
  IMAGES,
  INDEX,
  LOAD,
  LOAD_SCRIPT,
  type PackedFile,
  PLUGINS,
  PROJECT,
  README,
  renderReadme,
  renderSums,
  SUMS,
  stackFileName,
  thisMachine,
} from "./layout";
import { findPlugins, PLUGIN_PROGRAMS, packPlugins } from "./pack-plugins";
import { packProject } from "./project";
import { sortOwnFiles } from "./sort-own-files";
import { leaveSecretsOut } from "./stack-yaml";

const INSPECT_SECONDS = 60;

export interface CreateBundleArgs {
  readonly projectFolder: string;
  readonly config: ClusterConfig;
  /** Those that the stack's containers use; `ldms-dev` beside them. */
  readonly images: readonly ImageName[];
  readonly output: string;
  /** `2026-05-04T12:00:00.000Z` */
  readonly now: string;
  readonly onStep: (step: string) => void;
}

/** Writes one file with all that the stack needs at a site without internet; beside its place first. @throws BadInputError, OperationError */
export async function createBundle(args: CreateBundleArgs): Promise<{ readonly index: BundleIndex; readonly sizeBytes: number }> {
  const { projectFolder, config, output, onStep } = args;
  if (!existsSync(join(projectFolder, "cli.ts"))) {
    const help = "run it in a checkout, with the stack file there";
    throw BadInputError.of("bundle", `takes a checkout of ldms along, and this folder is none: \`${projectFolder}\``, help);
  }
  await mkdir(dirname(resolve(output)), { recursive: true });
  const folder = await mkdtemp(`${resolve(output)}.parts-`);
  try {
    onStep("images");
    const images = await packImages(args, join(folder, IMAGES));
    onStep("project");
    const { inside, outside } = sortOwnFiles(projectFolder, config);
    await packProject(projectFolder, inside, join(folder, PROJECT));
    const plugins = findPlugins(projectFolder, process.env);
    if (plugins.length) await packPlugins(plugins, join(folder, PLUGINS));
    const stackFile = leaveSecretsOut(readFileSync(join(projectFolder, stackFileName(config.stack)), "utf8"));
    await writeFile(join(folder, stackFileName(config.stack)), stackFile.text);
    const index: BundleIndex = {
      format: FORMAT,
      version: (JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as { version: string }).version,
      stack: config.stack,
      created: args.now,
      machine: thisMachine(),
      node: Number(process.versions.node.split(".")[0]),
      platform: config.images.platform,
      images,
      plugins: PLUGIN_PROGRAMS.filter((name) => plugins.some((path) => basename(path) === name)),
      ownFiles: inside,
      secrets: [...stackFile.secrets],
      missing: outside,
    };
    onStep("bundle");
    const written = join(folder, "bundle");
    const sizeBytes = await writeBundle(folder, index, written);
    // What would be refused at the site is found here.
    await checkBundle(written);
    await rename(written, output);
    return { index, sizeBytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function packImages(args: CreateBundleArgs, to: string): Promise<BundleIndex["images"]> {
  const images = planImages(args.config, args.images);
  for (const image of images) await haveImage(image);
  await saveToFile(
    images.map(({ reference }) => reference),
    to,
  );
  const ids = await docker(["image", "inspect", "--format", "{{.Id}}", ...images.map(({ reference }) => reference)], INSPECT_SECONDS);
  return ids.split("\n").map((id, i) => ({ name: upstreamOf(images[i]!.name), reference: images[i]!.reference, id }));
}

/** Puts the parts that lie in the folder together, with sums and manifest. @returns the bundle's size in bytes */
export async function writeBundle(folder: string, index: BundleIndex, output: string): Promise<number> {
  await writeFile(join(folder, LOAD), LOAD_SCRIPT);
  await writeFile(join(folder, INDEX), `${JSON.stringify(index, null, 2)}\n`);
  const names = bundleFiles(index);
  const listed = await Promise.all(names.filter((name) => name !== SUMS && name !== README).map((name) => describeFile(folder, name)));
  await writeFile(join(folder, README), renderReadme(index, listed));
  await writeFile(join(folder, SUMS), renderSums([await describeFile(folder, README), ...listed]));

  const archive = pack();
  const written = pipeline(archive, createWriteStream(output, { mode: 0o644 }));
  for (const name of names) await addFile(archive, folder, name);
  archive.finalize();
  await written;
  return (await stat(output)).size;
}

async function describeFile(folder: string, name: string): Promise<PackedFile> {
  const path = join(folder, name);
  return { name, sizeBytes: (await stat(path)).size, sha256: await sha256OfFile(path) };
}

async function addFile(archive: Pack, folder: string, name: string): Promise<void> {
  const { size } = await stat(join(folder, name));
  const mode = name === LOAD ? 0o755 : 0o644;
  await pipeline(createReadStream(join(folder, name)), archive.entry({ name, size, mode, mtime: new Date(0) }));
}

/** @throws BadInputError where nothing is to be overwritten */
export function refuseExisting(output: string): void {
  if (existsSync(output)) throw BadInputError.of("bundle create", `is there already: \`${output}\``, "name another file, or remove it");
}
