import * as fs from "node:fs";
import * as path from "node:path";
import type { DeploymentPlan, ImageName } from "../plan/deployment-plan";
import { takesOvisFile } from "../plan/image-contents";

export interface BuildContextArgs {
  readonly image: ImageName;
  /** Folder of the recipes, `images`: `images/ldms-samp` is the recipe, `images/common` goes to every context. */
  readonly recipesFolder: string;
  /** Install prefix with the binaries; not read for an image that takes nothing of it. */
  readonly ovisFolder: string;
  /** Becomes the context: `.ldms/contexts/lab/ldms-samp`. Whatever else is in it is removed. */
  readonly outFolder: string;
}

/** What one call did; all zero but `files` when the folder was right already. */
export interface StagedContext {
  readonly files: number;
  readonly written: number;
  readonly removed: number;
}

/** The recipe or the binaries cannot be staged. */
export class BuildContextError extends Error {
  override readonly name = "BuildContextError";
  constructor(
    readonly image: ImageName,
    readonly folder: string,
    problem: string,
    help: string,
  ) {
    super(`${image}: ${problem}: \`${folder}\`\nhelp: ${help}`);
  }
}

/**
 * Stages the context of each image that the plan builds; paths of the plan are relative to the project's folder.
 *
 * @throws BuildContextError
 */
export function stageBuildContexts(plan: Pick<DeploymentPlan, "images">, projectFolder: string): readonly StagedContext[] {
  return plan.images.flatMap(({ name, build }) => {
    if (!build) return [];
    const recipesFolder = path.dirname(path.resolve(projectFolder, build.recipe));
    const [ovisFolder, outFolder] = [path.resolve(projectFolder, build.ovis), path.resolve(projectFolder, build.context)];
    return [stageBuildContext({ image: name, recipesFolder, ovisFolder, outFolder })];
  });
}

/** Path in the context to path on disk. */
type Sources = ReadonlyMap<string, string>;

/**
 * Fills the folder with the recipe, the shared scripts and just the files of the ovis tree that the image takes.
 * Same inputs, same names, bytes and modes (0755 for what its owner may execute, else 0644), so that a builder's cache holds.
 *
 * @throws BuildContextError when a folder is missing or has nothing that the image takes
 */
export function stageBuildContext(args: BuildContextArgs): StagedContext {
  const sources = collectSources(args);
  fs.mkdirSync(args.outFolder, { recursive: true });
  const removed = removeOthers(args.outFolder, sources);
  let written = 0;
  for (const [name, source] of sources) written += placeFile(source, path.join(args.outFolder, name)) ? 1 : 0;
  return { files: sources.size, written, removed };
}

function collectSources({ image, recipesFolder, ovisFolder }: BuildContextArgs): Sources {
  const recipe = path.join(recipesFolder, image);
  if (!fs.existsSync(path.join(recipe, "Dockerfile"))) {
    throw new BuildContextError(image, recipe, "the folder has no Dockerfile", "run it in the project's folder");
  }
  const sources = new Map(listFiles(recipe).map((name) => [name, path.join(recipe, name)]));
  for (const name of listFiles(path.join(recipesFolder, "common"))) sources.set(`common/${name}`, path.join(recipesFolder, "common", name));
  if (image === "ldms-dev") return sources;

  const taken = fs.existsSync(ovisFolder) ? listFiles(ovisFolder).filter((name) => takesOvisFile(image, name)) : [];
  if (taken.length === 0) {
    const problem = fs.existsSync(ovisFolder) ? "the ovis tree has no file that this image takes" : "there is no ovis tree";
    throw new BuildContextError(
      image,
      ovisFolder,
      problem,
      "build the binaries first, or point `ldms:images.ovis` at their install prefix",
    );
  }
  for (const name of taken) sources.set(`ovis/${name}`, path.join(ovisFolder, name));
  return sources;
}

/** Files and symbolic links below the folder, relative, sorted by code points. */
function listFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function removeOthers(outFolder: string, sources: Sources): number {
  const others = listFiles(outFolder).filter((name) => !sources.has(name));
  for (const name of others) {
    fs.rmSync(path.join(outFolder, name));
    removeEmptyParents(outFolder, name);
  }
  return others.length;
}

function removeEmptyParents(outFolder: string, name: string): void {
  for (let parent = path.dirname(name); parent !== "."; parent = path.dirname(parent)) {
    const folder = path.join(outFolder, parent);
    if (fs.readdirSync(folder).length > 0) return;
    fs.rmdirSync(folder);
  }
}

/** True where something had to be written. */
function placeFile(source: string, target: string): boolean {
  const from = fs.lstatSync(source);
  if (from.isSymbolicLink()) return placeLink(fs.readlinkSync(source), target);
  const mode = from.mode & 0o100 ? 0o755 : 0o644;
  const content = fs.readFileSync(source);
  const now = fs.lstatSync(target, { throwIfNoEntry: false });
  if (now?.isFile() && now.size === content.length && fs.readFileSync(target).equals(content)) {
    if ((now.mode & 0o777) === mode) return false;
    fs.chmodSync(target, mode);
    return true;
  }
  prepare(target);
  fs.writeFileSync(target, content);
  fs.chmodSync(target, mode);
  return true;
}

function placeLink(destination: string, target: string): boolean {
  if (fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() && fs.readlinkSync(target) === destination) return false;
  prepare(target);
  fs.symlinkSync(destination, target);
  return true;
}

/** A file may have become a folder's name, or the other way round. */
function prepare(target: string): void {
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(target), { recursive: true });
}
