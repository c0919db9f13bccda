import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { readSitePlan, type SitePlan } from "../automation/site-plan";
import type { StackLocation } from "../engine/open-stack";
import { readProjectFile } from "../engine/project-file";

/** Where the stack of that name and its state are: the current folder, and backend and passphrase of the environment as `pulumi` takes them. */
export async function locateStack(name: string): Promise<Required<StackLocation>> {
  const projectFolder = process.cwd();
  const project = await readProjectFile(projectFolder);
  const backendUrl = process.env["PULUMI_BACKEND_URL"] ?? project.backendUrl ?? `file://${homedir()}`;
  return { projectFolder, stack: name, backendUrl, passphrase: readPassphrase() };
}

/** @throws ConfigError with every problem of the stack file. */
export async function openPlan(name: string): Promise<SitePlan> {
  return readSitePlan(await locateStack(name));
}

/** PULUMI_CONFIG_PASSPHRASE, else the content of the file that PULUMI_CONFIG_PASSPHRASE_FILE names. @throws Error where it cannot be read */
function readPassphrase(): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: inline, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (inline !== undefined) return inline;
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(
      `PULUMI_CONFIG_PASSPHRASE_FILE: cannot be read: \`${file}\` (${code})\n  help: name the file with the stack's passphrase`,
      { cause },
    );
  }
}
