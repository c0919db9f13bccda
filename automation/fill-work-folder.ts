import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { NAMESPACE } from "../plan/config/namespace";
import { writeFileAtomically } from "../stack/atomic-file";
import type { StackLocation } from "../stack/open-stack";
import { setSecrets } from "../stack/stack-config";
import { StackFile } from "../stack/stack-file";
import { PACKAGES, renderProgram } from "./own-program";
import { PROJECT_YAML } from "./site-project";

export interface InlineSite {
  /** As below `config:` of a stack file, without the `ldms:`: `{ xprt: "rdma", hosts: "cygnus-[01-08]" }`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By name: `{ mungeKey: "…" }`; kept encrypted in the work folder's stack file. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Makes the folder a Pulumi project of its own, of which `ldms -s STACK` and `pulumi -s STACK` know as much as the caller does. */
export async function fillWorkFolder(location: StackLocation, { config, secrets = {} }: InlineSite): Promise<void> {
  const { projectFolder: folder, stack } = location;
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, "Pulumi.yaml"), PROJECT_YAML);
  await writeFile(join(folder, "index.js"), renderProgram());
  await linkTo(PACKAGES, join(folder, "node_modules"));
  // The state's secrets are under the salt of before.
  const { saltState } = await StackFile.read(folder, "ldms", stack);
  const keys = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${NAMESPACE}${key}`, value]));
  // In quotes, a day is a text to every reader.
  const style = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  const text = stringify({ ...(saltState !== undefined && { encryptionsalt: saltState }), config: keys }, style);
  await writeFileAtomically(join(folder, `Pulumi.${stack}.yaml`), text);
  if (Object.keys(secrets).length > 0) await setSecrets(location, secrets);
}

async function linkTo(target: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}
