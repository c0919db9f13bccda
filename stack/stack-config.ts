import { findSecretProblem, isSecretKey } from "../plan/checks/parse";
import { BadInputError } from "../plan/problems/errors";
import type { ConfigValue } from "./config-value";
import { PassphraseError } from "./engine-error";
import { holdFile } from "./held-file";
import { openStack, readConfig, type StackLocation } from "./open-stack";
import type { StackConfig } from "./stack-file";

/** Every value of the stack's configuration, decrypted. */
export async function readStackConfig(location: StackLocation): Promise<StackConfig> {
  return readConfig(await openStack(location));
}

/** @throws BadInputError for a key that is not set. */
export async function getConfig(location: StackLocation, key: string): Promise<ConfigValue> {
  const stack = await openStack(location);
  const value = (await readConfig(stack))[stack.file.fullKey(key)];
  if (value === undefined)
    throw BadInputError.of(
      "config",
      `is not set for the stack \`${location.stack}\`: \`${key}\``,
      `ldms config set -s ${location.stack} ${key} VALUE`,
    );
  return value;
}

/** The stack file while nobody else writes it. Comments stay. */
export interface HeldStackFile {
  /** Sets one key; a secret is encrypted with the stack's passphrase. @throws BadInputError for a secret in plain text */
  set(key: string, value: ConfigValue): Promise<void>;
  /** Sets one value inside a map. */
  setInside(key: string, inner: readonly string[], value: string): Promise<void>;
  /** Sets several secrets at once; undefined takes a key out. @throws BadInputError for one that cannot be right */
  setSecrets(values: Readonly<Record<string, string | undefined>>): Promise<void>;
}

/** Whoever reads values and writes others by them does both in `use`. @throws LockHeldError where another one goes on writing it */
export async function holdStackFile<T>(location: StackLocation, use: (file: HeldStackFile) => Promise<T>): Promise<T> {
  const { file } = await openStack(location);
  return holdFile(file.path, () =>
    use({
      set: (key, value) => set(location, key, value),
      setInside: async (key, inner, value) => (await openStack(location)).file.setInside(key, inner, value),
      setSecrets: (values) => encrypt(location, values),
    }),
  );
}

/** Sets one value inside a map of Pulumi.STACK.yaml. */
export function setConfigInside(location: StackLocation, key: string, inner: readonly string[], value: string): Promise<void> {
  return holdStackFile(location, (file) => file.setInside(key, inner, value));
}

/** Sets one key of Pulumi.STACK.yaml. */
export function setConfig(location: StackLocation, key: string, value: ConfigValue): Promise<void> {
  return holdStackFile(location, (file) => file.set(key, value));
}

/** Sets several secrets of Pulumi.STACK.yaml at once; undefined takes a key out. */
export function setSecrets(location: StackLocation, values: Readonly<Record<string, string | undefined>>): Promise<void> {
  return holdStackFile(location, (file) => file.setSecrets(values));
}

async function set(location: StackLocation, key: string, { value, isSecret }: ConfigValue): Promise<void> {
  if (isSecret) return encrypt(location, { [key]: value });
  const { file } = await openStack(location);
  if (isSecretKey(file.fullKey(key)) || file.isEncrypted(key)) {
    const help = `ldms config set --secret ${key} -s ${location.stack} < FILE`;
    throw BadInputError.of(key, "is a secret, and would stand in the stack file in plain text", help);
  }
  await file.set(key, value, undefined);
}

async function encrypt(location: StackLocation, values: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { file } = await openStack(location);
  for (const [key, value] of Object.entries(values)) {
    const problem = value === undefined ? undefined : findSecretProblem(file.fullKey(key), value);
    if (problem !== undefined) throw BadInputError.of(key, problem.message, problem.help);
  }
  if (location.passphrase === undefined) {
    throw PassphraseError.missing(file.saltState === undefined);
  }
  await file.setSecrets(values, location.passphrase);
}
