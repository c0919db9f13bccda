import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ClusterConfig } from "../../plan/config/config";
import { planImages } from "../../plan/images/plan-images";
import type { PlannedStep } from "../../plan/model/image";
import { runProcess } from "../../processes/run-process";
import { OperationError } from "../common/operation-error";
import { readArchives } from "../images/read-archives";
import { docker, haveImage, isHere } from "../images/save-images";
import { fetchSource } from "./git-source";

const UNPACK_SECONDS = 120;
const LOAD_SECONDS = 1800;

/**
 * Unpacks each source into a folder of its name; one that is there already is a person's work, and kept.
 *
 * @returns why others are missing: a site without internet brings them by hand
 */
export async function unpackSources(steps: readonly PlannedStep[], projectFolder: string, folder: string): Promise<OperationError[]> {
  mkdirSync(folder, { recursive: true });
  const missing = steps.filter(({ name, source }) => source !== undefined && !existsSync(join(folder, name)));
  const done = await Promise.allSettled(
    missing.map(async ({ name, source }) => {
      const { file } = await fetchSource(name, source!, projectFolder, resolve(projectFolder, ".ldms/sources"));
      await unpack(name, file, join(folder, name));
    }),
  );
  const reasons = done.filter((one) => one.status === "rejected").map(({ reason }): unknown => reason);
  const other = reasons.find((reason) => !(reason instanceof OperationError));
  if (other !== undefined) throw other;
  return reasons as OperationError[];
}

/** ldms-dev from where the stack's other images come, on this machine's engine then; undefined where it is not there. */
export async function findDev(config: ClusterConfig, projectFolder: string): Promise<string | undefined> {
  const { images } = config;
  const archives = images.source === "archive" ? await readArchives(projectFolder, images.archive) : [];
  const dev = planImages(config, ["ldms-dev"], archives)[0]!;
  if (dev.archive) {
    const { id, path } = dev.archive;
    if (!(await isHere(id))) await docker(["load", "--quiet", "--input", resolve(projectFolder, path)], LOAD_SECONDS);
    return id;
  }
  // Docker Hub is not asked: a site without internet would wait for it.
  if (images.source !== "registry" || images.registry === undefined) return undefined;
  try {
    await haveImage(dev);
    return dev.reference;
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

async function unpack(name: string, file: string, folder: string): Promise<void> {
  const temporary = `${folder}.partial`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  const { code, stderr } = await runProcess(["tar", "-C", temporary, "--no-same-owner", "-xf", file], { timeoutSeconds: UNPACK_SECONDS });
  if (code !== 0) throw new OperationError(`sources.${name}`, `cannot be unpacked: ${stderr.trim()}`);
  renameSync(temporary, folder);
}

export interface ShellArgs {
  readonly image: string;
  /** Goes to /usr/src. */
  readonly sources: string;
  /** Goes to /opt/ovis. */
  readonly ovis: string;
  readonly argv: readonly string[];
  readonly isTerminal: boolean;
}

/** `docker run --rm … IMAGE ARGV`; the image's entrypoint is /bin/bash. */
export function shellArgv({ image, sources, ovis, argv, isTerminal }: ShellArgs): readonly [string, ...string[]] {
  const mounts = ["--volume", `${sources}:/usr/src`, "--volume", `${ovis}:/opt/ovis`];
  return ["docker", "run", "--rm", "--interactive", ...(isTerminal ? ["--tty"] : []), "--network", "host", ...mounts, image, ...argv];
}
