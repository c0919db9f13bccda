import { lstatSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Registry } from "../../plan/config/images";
import { BadInputError } from "../../plan/problems/errors";
import { splitRegistry } from "../../plan/text/registry";
import { shellQuote } from "../../plan/text/shell";
import { showBriefly } from "../../plan/text/text";
import { OperationError } from "../common/operation-error";
import { docker } from "../images/save-images";
import type { BundleIndex } from "./bundle-index";
import { type CheckedBundle, checkBundle } from "./check";
import { stackFileName } from "./layout";
import { settleImages } from "./stack-yaml";
import { unpackBundle } from "./unpack-bundle";
import { loadImage, writeImageFile } from "./write-image";

const IMAGE_SECONDS = 600;

export interface LoadBundleArgs {
  readonly path: string;
  /** Becomes the project's folder; must not be there, or be empty. Default: `ldms-STACK`. */
  readonly into?: string;
  /** `reg.site:5000`, to which the images are pushed; absent: they are laid beside the stack file, for `source: archive`. */
  readonly registry?: string;
  readonly onStep: (step: string) => void;
}

/**
 * Checks a bundle, and then makes a project of it whose stack can be deployed. Nothing of a bad bundle is used.
 * @throws BadInputError where the bundle or an option is wrong; OperationError where it cannot be written or pushed
 */
export async function loadBundle({ path, into, registry, onStep }: LoadBundleArgs): Promise<BundleIndex> {
  if (into !== undefined) refuseFilled(into);
  if (registry !== undefined) refuseOtherRegistry(registry);
  onStep("check");
  const bundle = await checkBundle(path);
  const { index } = bundle;
  const target = resolve(into ?? `ldms-${index.stack}`);
  refuseFilled(target);
  try {
    await mkdir(dirname(target), { recursive: true });
    const folder = await mkdtemp(`${target}.partial-`);
    try {
      await layProject(path, bundle, folder, registry, onStep);
      await place(join(folder, "project"), target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw explainWrite(error, target);
  }
  return index;
}

async function layProject(
  path: string,
  bundle: CheckedBundle,
  folder: string,
  registry: string | undefined,
  onStep: (step: string) => void,
): Promise<void> {
  const { index, stackFile } = bundle;
  onStep("project");
  const { project, blobs } = await unpackBundle(path, bundle, folder);
  onStep("images");
  const settled = registry === undefined ? await layImages(bundle, blobs, project) : await pushImages(bundle, blobs, registry);
  await writeFile(join(project, stackFileName(index.stack)), settleImages(stackFile, settled));
}

function refuseFilled(into: string): void {
  const refuse = (problem: string) => BadInputError.of("bundle load", `${problem}: \`${showBriefly(into)}\``, "--into another folder");
  const now = lstatSync(into, { throwIfNoEntry: false });
  if (!now) return;
  if (now.isSymbolicLink()) throw refuse("is a link, and no folder");
  if (!now.isDirectory()) throw refuse("is no folder");
  if (readdirSync(into).length > 0) throw refuse("the folder is not empty");
}

/** It becomes the beginning of names that go to `docker`. */
function refuseOtherRegistry(registry: string): void {
  const problem = Registry.safeParse(registry).error?.issues[0]?.message;
  if (problem) throw BadInputError.of("bundle load --registry", `${problem}: \`${showBriefly(registry)}\``, "--registry reg.site:5000");
}

/** Over an empty folder, and over nothing else: of two loads at once one is told that it came too late. */
async function place(project: string, target: string): Promise<void> {
  refuseFilled(target);
  try {
    await rename(project, target);
  } catch (error) {
    refuseFilled(target);
    throw error;
  }
}

function explainWrite(error: unknown, target: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const help = "nothing was changed; make room, or take another folder: --into";
  return new OperationError("bundle load", `cannot be written to \`${showBriefly(target)}\`: ${message}`, help);
}

async function layImages({ index, images }: CheckedBundle, blobs: string, project: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(project, "archives");
  await mkdir(folder, { recursive: true });
  for (const [i, image] of images.entries()) await writeImageFile(image, blobs, join(folder, `${index.images[i]!.name}.tar.zst`));
  return { source: "archive", archive: "archives" };
}

/** By way of this machine's engine, which has them then. */
async function pushImages({ index, images }: CheckedBundle, blobs: string, registry: string): Promise<Readonly<Record<string, unknown>>> {
  for (const image of images) await loadImage(image, blobs);
  const digests: Record<string, string> = {};
  for (const { name, reference, id } of index.images) {
    const { repository, tag } = splitTag(reference);
    const pushed = `${registry}/${repository}:${tag}`;
    await docker(["tag", id, pushed], IMAGE_SECONDS);
    await docker(["push", "--quiet", pushed], IMAGE_SECONDS);
    const known = await docker(["image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', pushed], IMAGE_SECONDS);
    const digest = known
      .split("\n")
      .find((line) => line.startsWith(`${registry}/${repository}@`))
      ?.split("@")[1];
    if (digest === undefined) throw new OperationError("bundle load", `the registry gave no digest of \`${pushed}\``);
    // No container is made of it, and no stack file names it.
    if (name !== "ldms-dev") digests[name] = digest;
  }
  const { repository, tag } = splitTag(index.images[0]!.reference);
  return { source: "registry", registry, namespace: dirname(repository), tag, digests };
}

/** `reg:5000/ovishpc/ldms-samp:4.5.3` is `ovishpc/ldms-samp` and `4.5.3`. */
function splitTag(reference: string): { readonly repository: string; readonly tag: string } {
  const end = reference.lastIndexOf(":");
  return { repository: splitRegistry(reference.slice(0, end)).repository, tag: reference.slice(end + 1) };
}

/** What a person does after it, a line each. */
export function renderNextSteps({ stack, plugins, secrets, missing }: BundleIndex, into: string): string[] {
  return [
    `cd ${shellQuote(into)}`,
    ...missing.map((path) => `bring or make: ${path}`),
    ...secrets.map((path) => `set again: ldms config set --secret ${shellQuote(path.replace(/^ldms:/, ""))} -s ${stack}`),
    ...(plugins.length ? ['to use pulumi: export PATH="$PWD/plugins:$PATH"'] : []),
    `node bin/ldms.js preflight -s ${stack}`,
    `node bin/ldms.js up -s ${stack}`,
  ];
}
