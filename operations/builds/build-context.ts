import * as fs from "node:fs";
import * as path from "node:path";
import { takesOvisFile } from "../../plan/builds/image-contents";
import { renderPickScript, renderStepsRecipe } from "../../plan/builds/pick-stage";
import type { ImageName } from "../../plan/model/image";
import type { StepName } from "../../plan/model/source-names";
import { BadInputError } from "../../plan/problems/errors";
import { type FilledFolder, type FolderFile, type FolderFiles, fillFolder, listFiles } from "./fill-folder";

export interface BuildContextArgs {
  readonly image: ImageName;
  /** Folder of the recipes, `images`: `images/ldms-samp` is the recipe, `images/common` goes to every context. */
  readonly recipesFolder: string;
  /** Install prefix with the binaries; not read for an image that takes nothing of it. Absent: the recipe alone, which nothing is built from. */
  readonly ovisFolder?: string;
  /** Folder with the Grafana plugin, where it is not in the ovis tree. */
  readonly dsosdsFolder?: string;
  /** Steps whose images have the binaries, instead of a folder. */
  readonly steps?: readonly StepName[];
  /** Becomes the context: `.ldms/contexts/lab/ldms-samp`. Whatever else is in it is removed. */
  readonly outFolder: string;
}

/** The recipe or the binaries cannot be staged. */
export class BuildContextError extends BadInputError {
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
 * Fills the folder with the recipe, the shared scripts and just the files of the ovis tree that the image takes; or, where steps make the binaries,
 * with the recipe that takes them from the steps' images.
 *
 * @throws BuildContextError when a folder is missing or has nothing that the image takes
 */
export function stageBuildContext(args: BuildContextArgs): FilledFolder {
  return fillFolder(args.outFolder, collectFiles(args));
}

/** @throws BuildContextError */
export function collectFiles(args: Omit<BuildContextArgs, "outFolder">): FolderFiles {
  const { image, recipesFolder, steps, ovisFolder } = args;
  const recipe = path.join(recipesFolder, image);
  const dockerfile = path.join(recipe, "Dockerfile");
  if (!fs.existsSync(dockerfile)) {
    throw new BuildContextError(image, recipe, "the folder has no Dockerfile", "run it in the project's folder");
  }
  const files = new Map<string, FolderFile>(listFiles(recipe).map((name) => [name, { path: path.join(recipe, name) }]));
  const common = path.join(recipesFolder, "common");
  for (const name of listFiles(common)) files.set(`common/${name}`, { path: path.join(common, name) });
  if (image === "ldms-dev") return files;

  if (steps === undefined) return ovisFolder === undefined ? files : new Map([...files, ...collectBinaries({ ...args, ovisFolder })]);
  files.set("Dockerfile", { text: renderStepsRecipe(fs.readFileSync(dockerfile, "utf8"), steps) });
  files.set("pick", { text: renderPickScript(image) });
  return files;
}

interface Binaries extends Pick<BuildContextArgs, "image" | "dsosdsFolder"> {
  readonly ovisFolder: string;
}

function collectBinaries({ image, ovisFolder, dsosdsFolder }: Binaries): FolderFiles {
  const [folder, prefix] = dsosdsFolder === undefined ? [ovisFolder, ""] : [dsosdsFolder, "dsosds/"];
  const isThere = fs.existsSync(folder);
  const names = (isThere ? listFiles(folder) : []).filter((name) => takesOvisFile(image, prefix + name));
  if (names.length > 0) return new Map(names.map((name) => [`ovis/${prefix}${name}`, { path: path.join(folder, name) }]));
  const problem = isThere ? "the ovis tree has no file that this image takes" : "there is no ovis tree";
  const help = "give `ldms:images.sources`, to build the binaries, or point `ldms:images.ovis` at their install prefix";
  throw new BuildContextError(image, folder, problem, help);
}
