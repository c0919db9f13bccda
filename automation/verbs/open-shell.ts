import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { resolve } from "node:path";
import { findDev, shellArgv, unpackSources } from "../../operations/builds/source-shell";
import type { OperationError } from "../../operations/common/operation-error";
import type { StackLocation } from "../../stack/open-stack";
import { readSitePlan } from "../site-plan";
import { buildDev, stepsFromSource } from "./build-here";

export interface ShellArgs {
  /** For /bin/bash. */
  readonly argv?: readonly string[];
  readonly isTerminal?: boolean;
}

/** ldms-dev, ready to be run on this machine. */
export interface SourceShell {
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  /** Where the sources lie that it has in /usr/src. */
  readonly sources: string;
  /** Sources that could not be had, each with its reason. */
  readonly missing: readonly OperationError[];
  /** To be called when the shell has ended. */
  close(): void;
}

/** Has the image, which is built where it is nowhere, and the sources. */
export async function openShell(location: StackLocation, { argv = [], isTerminal = false }: ShellArgs): Promise<SourceShell> {
  const { projectFolder, stack } = location;
  const { config } = await readSitePlan(location);
  const image = (await findDev(config, projectFolder)) ?? (await buildDev(projectFolder, config));
  const [sources, ovis] = [resolve(projectFolder, ".ldms/shell", stack), resolve(projectFolder, config.images.ovis)];
  const missing = await unpackSources(stepsFromSource(config), projectFolder, sources);
  mkdirSync(ovis, { recursive: true });
  const close = () => {
    // An empty one would be taken for a folder of binaries by the next build.
    if (readdirSync(ovis).length === 0) rmdirSync(ovis);
  };
  return { argv: shellArgv({ image, sources, ovis, argv, isTerminal }), folder: projectFolder, sources, missing, close };
}
