import { BadInputError } from "../plan/problems/errors";
import type { DeploymentJson } from "./deployment-json";
import { PassphraseError } from "./engine-error";
import { FileBackend } from "./file-backend";
import { type ProjectFile, readProjectFile } from "./project-file";
import { createSecretBox, openSecretBox, type SecretBox } from "./secrets";
import { type StackConfig, StackFile } from "./stack-file";
import { StateCodec } from "./state-codec";

/** Which stack, and how to get at it. */
export interface StackLocation {
  /** Holds Pulumi.yaml and Pulumi.STACK.yaml. */
  readonly projectFolder: string;
  readonly stack: string;
  /** `file://DIR`. @default `backend.url` of Pulumi.yaml */
  readonly backendUrl?: string | undefined;
  /** Undefined is no passphrase at all: then the stack can have no secrets. */
  readonly passphrase?: string | undefined;
}

/** A backend in the cloud is not read here. */
export function isInFiles({ backendUrl }: StackLocation): boolean {
  return backendUrl?.startsWith("file://") === true;
}

export interface OpenStack {
  readonly project: ProjectFile;
  readonly stack: string;
  readonly file: StackFile;
  readonly backend: FileBackend;
  readonly secrets: StackSecrets;
}

export async function openStack(location: StackLocation): Promise<OpenStack> {
  const { projectFolder, stack, backendUrl } = location;
  const project = await readProjectFile(projectFolder);
  const url = backendUrl ?? project.backendUrl;
  if (url === undefined)
    throw BadInputError.of("backend", "none is named", "set PULUMI_BACKEND_URL, or `backend.url` in Pulumi.yaml, to `file://FOLDER`");
  const backend = FileBackend.open(url, projectFolder, project.name, stack);
  return { project, stack, file: await StackFile.read(projectFolder, project.name, stack), backend, secrets: secretsOf(location) };
}

/** The stack's configuration over the project's defaults, decrypted. */
export async function readConfig({ project, file, secrets }: OpenStack): Promise<StackConfig> {
  const defaults = Object.entries(project.configDefaults).map(([key, value]) => [key, { value, isSecret: false }] as const);
  return { ...Object.fromEntries(defaults), ...(await file.config(() => secrets.open(file.saltState))) };
}

/** The stack's state with what reads and writes it. */
export interface StackState {
  readonly deployment: DeploymentJson | undefined;
  readonly codec: StateCodec;
  readonly saltState: string | undefined;
}

export async function readState(stack: OpenStack): Promise<StackState> {
  return openState(stack, await stack.backend.read());
}

/** The same of one that was read; it takes 0.4 s where it has secrets. */
export async function openState({ file, secrets }: OpenStack, deployment: DeploymentJson | undefined): Promise<StackState> {
  const provider = deployment?.secrets_providers;
  if (provider !== undefined && provider.type !== "" && provider.type !== "passphrase") {
    throw BadInputError.of(
      "state",
      `the embedded engine knows the secrets provider \`passphrase\` only: \`${provider.type}\``,
      "use `pulumi`",
    );
  }
  const box = await secrets.openOrCreate(provider?.state?.salt ?? file.saltState);
  return { deployment, codec: new StateCodec(box), saltState: box?.saltState ?? provider?.state?.salt };
}

const opened = new WeakMap<StackLocation, StackSecrets>();

/** A run opens its stack some times, and each salt takes 0.4 s. */
function secretsOf(location: StackLocation): StackSecrets {
  const secrets = opened.get(location) ?? new StackSecrets(location.passphrase);
  opened.set(location, secrets);
  return secrets;
}

/** Opens each salt once. */
class StackSecrets {
  private readonly boxes = new Map<string, Promise<SecretBox>>();

  constructor(private readonly passphrase: string | undefined) {}

  /** @throws PassphraseError without a passphrase, or for a wrong one; BadInputError without a salt. */
  open(saltState: string | undefined): Promise<SecretBox> {
    if (saltState === undefined) {
      const help = "take the line `encryptionsalt` from an older version of the file";
      throw BadInputError.of("stack file", "has an encrypted value and no `encryptionsalt`", help);
    }
    if (this.passphrase === undefined) {
      throw PassphraseError.missing(false);
    }
    const box = this.boxes.get(saltState) ?? openSecretBox(this.passphrase, saltState);
    this.boxes.set(saltState, box);
    return box;
  }

  /** Undefined without a passphrase: enough as long as no secret comes up. */
  async openOrCreate(saltState: string | undefined): Promise<SecretBox | undefined> {
    if (this.passphrase === undefined) return undefined;
    return saltState === undefined ? createSecretBox(this.passphrase) : this.open(saltState);
  }
}
