import { homedir } from "node:os";
import type { StackLocation } from "../stack/open-stack";
import { readPassphrase } from "../stack/passphrase";
import { readProjectFile } from "../stack/project-file";

export interface LocateArgs extends Pick<StackLocation, "projectFolder" | "stack"> {
  /** @default PULUMI_BACKEND_URL, else what Pulumi.yaml names, else `file://~` */
  readonly backendUrl?: string | undefined;
  /** @default PULUMI_CONFIG_PASSPHRASE, else the content of the file that PULUMI_CONFIG_PASSPHRASE_FILE names */
  readonly passphrase?: string | undefined;
}

/**
 * Where the stack of that name and its state are, and how its secrets are opened; what is not given is taken from where `pulumi` takes it.
 * @throws BadInputError for a folder without a project
 */
export async function locateStack({ projectFolder, stack, ...args }: LocateArgs): Promise<Required<StackLocation>> {
  const project = await readProjectFile(projectFolder);
  const backendUrl = args.backendUrl ?? process.env["PULUMI_BACKEND_URL"] ?? project.backendUrl ?? `file://${homedir()}`;
  return { projectFolder, stack, backendUrl, passphrase: args.passphrase ?? readPassphrase() };
}
