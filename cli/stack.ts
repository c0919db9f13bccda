import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { StackLocation } from "../engine/open-stack";
import { readProjectFile } from "../engine/project-file";
import { readStackConfig } from "../engine/stack-config";
import { planStack, stackValues } from "../operations/plan-stack";
import { holdSshKey } from "../operations/ssh-agent";
import type { ClusterConfig } from "../plan/config";
import type { DeploymentPlan } from "../plan/deployment-plan";
import { ConfigError } from "../plan/errors";

/** Where the stack of that name and its state are: the current folder, and backend and passphrase of the environment as `pulumi` takes them. */
export async function locateStack(name: string): Promise<Required<StackLocation>> {
  const projectFolder = process.cwd();
  const project = await readProjectFile(projectFolder);
  const backendUrl = process.env["PULUMI_BACKEND_URL"] ?? project.backendUrl ?? `file://${homedir()}`;
  return { projectFolder, stack: name, backendUrl, passphrase: readPassphrase() };
}

/** The stack's plan; its ssh key, where it has one, serves all that this process starts. @throws ConfigError with every problem of the stack file. */
export async function openPlan(name: string): Promise<{ readonly config: ClusterConfig; readonly plan: DeploymentPlan }> {
  const location = await locateStack(name);
  const file = `Pulumi.${name}.yaml`;
  if (!existsSync(join(location.projectFolder, file))) {
    throw new ConfigError(file, [
      { path: "stack", message: "there is no such file here", help: `cp Pulumi.cygnus.yaml ${file}, and edit it` },
    ]);
  }
  const values = stackValues(name, location.projectFolder, await readStackConfig(location));
  const planned = planStack(values);
  const { sshKey } = values.secrets;
  if (sshKey !== undefined) await holdSshKey(sshKey);
  return planned;
}

/** PULUMI_CONFIG_PASSPHRASE, else the content of the file that PULUMI_CONFIG_PASSPHRASE_FILE names. */
function readPassphrase(): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: inline, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (inline !== undefined) return inline;
  return file ? readFileSync(file, "utf8").trim() : undefined;
}
