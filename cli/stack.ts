import { homedir } from "node:os";
import { readSitePlan, type SitePlan } from "../automation/site-plan";
import type { StackLocation } from "../stack/open-stack";
import { readPassphrase } from "../stack/passphrase";
import { findProjectFolder, readProjectFile } from "../stack/project-file";

/** Where the stack of that name and its state are: the folder of the project that we are in, and backend and passphrase of the environment as `pulumi` takes them. */
export async function locateStack(name: string): Promise<Required<StackLocation>> {
  const projectFolder = findProjectFolder(process.cwd());
  const project = await readProjectFile(projectFolder);
  const backendUrl = process.env["PULUMI_BACKEND_URL"] ?? project.backendUrl ?? `file://${homedir()}`;
  return { projectFolder, stack: name, backendUrl, passphrase: readPassphrase() };
}

/** @throws ConfigError with every problem of the stack file. */
export async function openPlan(name: string): Promise<SitePlan> {
  return readSitePlan(await locateStack(name));
}
