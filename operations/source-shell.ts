import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PlannedStep } from "../plan/builds/build-steps";
import { fetchSource } from "./git-source";
import { OperationError } from "./operation-error";
import { runProcess } from "./run-process";

const UNPACK_SECONDS = 120;

/** Unpacks each source into a folder of its name; one that is there already is a person's work, and kept. */
export async function unpackSources(steps: readonly PlannedStep[], projectFolder: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const missing = steps.filter(({ name, source }) => source !== undefined && !existsSync(join(folder, name)));
  await Promise.all(
    missing.map(async ({ name, source }) => {
      const { file } = await fetchSource(name, source!, projectFolder, resolve(projectFolder, ".ldms/sources"));
      await unpack(name, file, join(folder, name));
    }),
  );
}

async function unpack(name: string, file: string, folder: string): Promise<void> {
  const temporary = `${folder}.partial`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  const { code, stderr } = await runProcess(["tar", "-C", temporary, "-xf", file], { timeoutSeconds: UNPACK_SECONDS });
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
