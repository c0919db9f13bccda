import { EngineError } from "./engine-error";
import { openStack, readConfig, type StackLocation } from "./open-stack";
import type { ConfigValue, StackConfig } from "./stack-file";

/** Every value of the stack's configuration, decrypted. */
export async function readStackConfig(location: StackLocation): Promise<StackConfig> {
  return readConfig(await openStack(location));
}

/** @throws EngineError for a key that is not set. */
export async function getConfig(location: StackLocation, key: string): Promise<ConfigValue> {
  const stack = await openStack(location);
  const value = (await readConfig(stack))[stack.file.fullKey(key)];
  if (value === undefined) throw new EngineError(`config: is not set for the stack \`${location.stack}\`: \`${key}\``);
  return value;
}

/** Sets one value inside a map of Pulumi.STACK.yaml. Comments stay. */
export async function setConfigInside(location: StackLocation, key: string, inner: readonly string[], value: string): Promise<void> {
  const { file } = await openStack(location);
  await file.setInside(key, inner, value);
}

/** Sets one key of Pulumi.STACK.yaml; a secret is encrypted with the stack's passphrase. Comments stay. */
export async function setConfig(location: StackLocation, key: string, { value, isSecret }: ConfigValue): Promise<void> {
  if (isSecret) return setSecrets(location, { [key]: value });
  const { file } = await openStack(location);
  await file.set(key, value, undefined);
}

/** Sets several secrets of Pulumi.STACK.yaml at once; undefined takes a key out. */
export async function setSecrets(location: StackLocation, values: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { file } = await openStack(location);
  if (location.passphrase === undefined) {
    throw new EngineError("config: a secret needs a passphrase\nhelp: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE");
  }
  await file.setSecrets(values, location.passphrase);
}
