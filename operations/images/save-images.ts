import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pullReference } from "../../plan/images/plan-images";
import type { ImageName, PlannedImage } from "../../plan/model/image";
import { BadInputError } from "../../plan/problems/errors";
import { runProcess } from "../../processes/run-process";
import { OperationError } from "../common/operation-error";
import { runPipe } from "../common/pipe";

const ASK_SECONDS = 60;
const PULL_SECONDS = 1800;

export interface SavedFile {
  readonly image: ImageName;
  readonly reference: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** Each image in a file of its own, as `source: archive` takes it, so that a host gets no more than it runs. @throws OperationError */
export async function saveImages(images: readonly PlannedImage[], folder: string, onFile: (file: SavedFile) => void): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const image of images) {
    await haveImage(image);
    const path = join(folder, `${image.name}.tar.zst`);
    await saveToFile([image.reference], path);
    onFile({ image: image.name, reference: image.reference, path, sizeBytes: statSync(path).size });
  }
}

/** Has the image on this machine's engine under its tag: a file of `docker save` tells nothing else of it. @throws BadInputError, OperationError */
export async function haveImage(image: PlannedImage): Promise<void> {
  const { name, reference, build, archive, digest } = image;
  if (archive) throw BadInputError.of(name, `is in a file already: \`${archive.path}\``, "copy the file");
  if (digest === undefined && (await isHere(reference))) return;
  if (build) throw BadInputError.of(name, `is not built yet: \`${reference}\``, "ldms up, or ldms images build, builds it");
  const pinned = pullReference(image);
  if (!(await isHere(pinned))) await docker(["pull", "--quiet", pinned], PULL_SECONDS);
  if (pinned !== reference) await docker(["tag", pinned, reference], ASK_SECONDS);
}

/** Whether this machine's engine has it. */
export async function isHere(reference: string): Promise<boolean> {
  const { code } = await runProcess(["docker", "image", "inspect", reference], { timeoutSeconds: ASK_SECONDS });
  return code === 0;
}

/** @throws OperationError with docker's own last line */
export async function docker(args: readonly string[], timeoutSeconds: number): Promise<string> {
  const { code, stdout, stderr } = await runProcess(["docker", ...args], { timeoutSeconds });
  if (code === 0) return stdout;
  throw new OperationError(`docker ${args.slice(0, 2).join(" ")}`, stderr.trim().split("\n").at(-1) ?? `exit code ${code}`);
}

/** `docker save` of several images at once, through zstd: a layer that they share stands in it once. @throws OperationError */
export async function saveToFile(references: readonly string[], path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  // Of a name that nobody can have laid a link at.
  const folder = mkdtempSync(`${resolve(path)}.partial-`);
  try {
    const partial = join(folder, "image");
    await runPipe(["docker", "save", ...references], ["zstd", "--quiet", "-T0", "-o", partial]);
    renameSync(partial, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
