import { resolve } from "node:path";
import { holdsSecrets } from "../plan/fan-out/holds-secrets";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { BadInputError } from "../plan/problems/errors";
import { PassphraseError } from "../stack/engine-error";
import { isInFiles, openStack, type StackLocation } from "../stack/open-stack";
import { findPrivateKeyProblem } from "./private-key";

/**
 * What an `up` will have to read and write beside the hosts is there, before anybody is contacted.
 * @throws PassphraseError, BadInputError for an ssh key that cannot be read, or is none
 */
export async function assertSecretsReady(location: StackLocation, plan: DeploymentPlan): Promise<void> {
  assertKeysReadable(location, plan);
  if (location.passphrase !== undefined || !isInFiles(location) || !holdsSecrets(plan)) return;
  const { file, backend } = await openStack(location);
  if (!file.isUnderPassphrase) return;
  const inState = (await backend.read())?.secrets_providers;
  throw PassphraseError.missing(file.saltState === undefined && inState === undefined);
}

const KEY_HELP = "name the private key that logs in to the hosts, or leave `key` out to use the agent's";

/** A path that ssh expands by itself is left to it. */
function assertKeysReadable({ projectFolder }: StackLocation, { hosts }: DeploymentPlan): void {
  const files = new Set(hosts.flatMap(({ connection }) => (connection.kind === "ssh" ? (connection.keyFile ?? []) : [])));
  for (const file of files) {
    if (/^~|[%$]/.test(file)) continue;
    const problem = findPrivateKeyProblem(resolve(projectFolder, file));
    if (problem !== undefined) throw BadInputError.of("ssh.key", problem, KEY_HELP);
  }
}

/** What `pulumi` would find by itself, and say in its own way. @throws PassphraseError for one that does not open what the stack has encrypted */
export async function assertPassphrase(location: StackLocation): Promise<void> {
  if (location.passphrase === undefined || !isInFiles(location)) return;
  const { file, backend, secrets } = await openStack(location);
  const ofState = (await backend.read())?.secrets_providers;
  const salts = [file.isUnderPassphrase ? file.saltState : undefined, ofState?.type === "passphrase" ? ofState.state?.salt : undefined];
  await Promise.all(salts.flatMap((salt) => (salt === undefined ? [] : [secrets.open(salt)])));
}

/** @throws StateWriteError where the state's folder cannot be written; nothing was changed */
export async function assertStateWritable(location: StackLocation): Promise<void> {
  if (isInFiles(location)) await (await openStack(location)).backend.assertWritable();
}
