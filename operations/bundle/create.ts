import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { ClusterConfig } from "../../plan/config/config";
import type { ImageName } from "../../plan/deployment-plan";
import { planImages } from "../../plan/images/images";
import { OperationError } from "../operation-error";
import { ownFilePaths } from "../plan-stack";
import { docker, haveImage, saveToFile } from "../save-images";
import {
  type BundleIndex,
  bundleFiles,
  FORMAT,
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
import { findPlugins, packPlugins, packProject } from "./project";
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

/** Writes one file with all that the stack needs at a site without internet; beside its place first. @throws OperationError */
export async function createBundle(args: CreateBundleArgs): Promise<{ readonly index: BundleIndex; readonly sizeBytes: number }> {
  const { projectFolder, config, output, onStep } = args;
  if (!existsSync(join(projectFolder, "cli.ts"))) {
    const help = "run it in a checkout, with the stack file there";
    throw new OperationError("bundle", `takes a checkout of ldms along, and this folder is none: \`${projectFolder}\``, help);
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
      plugins: plugins.map((program) => basename(program)),
      secrets: [...stackFile.secrets],
      missing: outside,
    };
    onStep("bundle");
    return { index, sizeBytes: await writeBundle(folder, index, output) };
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
  return ids.split("\n").map((id, i) => ({ name: images[i]!.name, reference: images[i]!.reference, id }));
}

/** What the stack file names beside itself: taken along from inside the project; keys, and what lies elsewhere, are named. */
function sortOwnFiles(projectFolder: string, config: ClusterConfig): { readonly inside: string[]; readonly outside: string[] } {
  const isInside = (path: string) => !isAbsolute(path) && !relative(projectFolder, resolve(projectFolder, path)).startsWith("..");
  const own = ownFilePaths(config);
  const { ssh } = config;
  const hosts = [ssh, ...ssh.overrides];
  const keys = hosts.flatMap(({ key }) => key ?? []);
  const knownHosts = hosts.flatMap((one) => one.knownHosts ?? []).filter((path) => existsSync(resolve(projectFolder, path)));
  const all = [...own, ...knownHosts];
  return { inside: [...new Set(all.filter(isInside))], outside: [...new Set([...all.filter((path) => !isInside(path)), ...keys])] };
}

/** Puts the parts that lie in the folder together, with sums and manifest. @returns the bundle's size in bytes */
export async function writeBundle(folder: string, index: BundleIndex, output: string): Promise<number> {
  await writeFile(join(folder, LOAD), LOAD_SCRIPT);
  await writeFile(join(folder, INDEX), `${JSON.stringify(index, null, 2)}\n`);
  const names = bundleFiles(index);
  const listed = await Promise.all(names.filter((name) => name !== SUMS && name !== README).map((name) => describeFile(folder, name)));
  await writeFile(join(folder, README), renderReadme(index, listed));
  await writeFile(join(folder, SUMS), renderSums([await describeFile(folder, README), ...listed]));

  const partial = join(folder, "bundle");
  const archive = pack();
  const written = pipeline(archive, createWriteStream(partial, { mode: 0o644 }));
  for (const name of names) await addFile(archive, folder, name);
  archive.finalize();
  await written;
  await rename(partial, output);
  return (await stat(output)).size;
}

async function describeFile(folder: string, name: string): Promise<PackedFile> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(folder, name)), hash);
  return { name, sizeBytes: (await stat(join(folder, name))).size, sha256: hash.digest("hex") };
}

async function addFile(archive: Pack, folder: string, name: string): Promise<void> {
  const { size } = await stat(join(folder, name));
  const mode = name === LOAD ? 0o755 : 0o644;
  await pipeline(createReadStream(join(folder, name)), archive.entry({ name, size, mode, mtime: new Date(0) }));
}

/** @throws OperationError where nothing is to be overwritten */
export function refuseExisting(output: string): void {
  if (existsSync(output)) throw new OperationError("bundle create", `is there already: \`${output}\``, "name another file, or remove it");
}
