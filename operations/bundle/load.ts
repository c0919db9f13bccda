import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { splitRegistry } from "../../plan/images/images";
import { OperationError } from "../operation-error";
import { docker } from "../save-images";
import { checkBundle } from "./check";
import { type BundleIndex, IMAGES, PLUGINS, PROJECT, README, stackFileName } from "./layout";
import { runPipe } from "./pipe";
import { splitImages } from "./split-images";
import { settleImages } from "./stack-yaml";

const IMAGE_SECONDS = 600;
/** What of `images` says where they come from; written anew. */
const ORIGIN = ["source", "registry", "mirrors", "archive", "digests", "references", "sources", "ovis", "dsosds", "base", "grafanaBase"];

export interface LoadBundleArgs {
  readonly path: string;
  /** Becomes the project's folder; must not be there, or be empty. Default: `ldms-STACK`. */
  readonly into?: string;
  /** `reg.site:5000`, to which the images are pushed; absent: they are laid beside the stack file, for `source: archive`. */
  readonly registry?: string;
  readonly onStep: (step: string) => void;
}

/** Checks a bundle, and then makes a project of it whose stack can be deployed. Nothing of a bad bundle is used. @throws OperationError */
export async function loadBundle({ path, into, registry, onStep }: LoadBundleArgs): Promise<BundleIndex> {
  if (into !== undefined) refuseFilled(into);
  onStep("check");
  const { index, stackFile } = await checkBundle(path);
  const target = resolve(into ?? `ldms-${index.stack}`);
  refuseFilled(target);
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}.partial-`);
  try {
    onStep("project");
    await unpack(path, PROJECT, folder);
    await runPipe(["tar", "--extract", `--file=${path}`, `--directory=${folder}`, README]);
    await rename(join(folder, README), join(folder, "BUNDLE.txt"));
    if (index.plugins.length) {
      await mkdir(join(folder, "plugins"));
      await unpack(path, PLUGINS, join(folder, "plugins"));
    }
    onStep("images");
    const images = registry === undefined ? await layImages(path, index, folder) : await pushImages(path, index, registry);
    await writeFile(join(folder, stackFileName(index.stack)), settleImages(stackFile, images, ORIGIN));
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
    return index;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refuseFilled(into: string): void {
  if (existsSync(into) && readdirSync(into).length > 0)
    throw new OperationError("bundle load", `the folder is not empty: \`${into}\``, "--into another folder");
}

function unpack(path: string, name: string, folder: string): Promise<void> {
  return runPipe(
    ["tar", "--extract", "--to-stdout", `--file=${path}`, name],
    ["tar", "--zstd", "--extract", "--file=-", `--directory=${folder}`],
  );
}

async function layImages(path: string, { images }: BundleIndex, folder: string): Promise<Readonly<Record<string, unknown>>> {
  const unpacked = join(folder, ".images");
  await mkdir(unpacked);
  await unpack(path, IMAGES, unpacked);
  await splitImages(unpacked, images, join(folder, "archives"));
  await rm(unpacked, { recursive: true });
  return { source: "archive", archive: "archives" };
}

/** By way of this machine's engine, which has them then. */
async function pushImages(path: string, { images }: BundleIndex, registry: string): Promise<Readonly<Record<string, unknown>>> {
  await runPipe(
    ["tar", "--extract", "--to-stdout", `--file=${path}`, IMAGES],
    ["zstd", "--decompress", "--quiet", "--stdout"],
    ["docker", "load", "--quiet"],
  );
  const digests: Record<string, string> = {};
  for (const { name, reference, id } of images) {
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
  const { repository, tag } = splitTag(images[0]!.reference);
  return { source: "registry", registry, namespace: dirname(repository), tag, digests };
}

/** `reg:5000/ovishpc/ldms-samp:4.5.3` is `ovishpc/ldms-samp` and `4.5.3`. */
function splitTag(reference: string): { readonly repository: string; readonly tag: string } {
  const [, tag = "latest"] = /:([^:/]+)$/.exec(reference) ?? [];
  return { repository: splitRegistry(reference.replace(/:[^:/]+$/, "")).repository, tag };
}

/** What a person does after it, a line each. */
export function renderNextSteps({ stack, plugins, secrets, missing }: BundleIndex, into: string): string[] {
  return [
    `cd ${into}`,
    ...missing.map((path) => `bring or make: ${path}`),
    ...secrets.map((path) => `set again: ldms config set --secret ${path.replace(/^ldms:/, "")} -s ${stack}`),
    ...(plugins.length ? ['to use pulumi: export PATH="$PWD/plugins:$PATH"'] : []),
    `node bin/ldms.js preflight -s ${stack}`,
    `node bin/ldms.js up -s ${stack}`,
  ];
}
