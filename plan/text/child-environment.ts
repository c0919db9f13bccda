/**
 * The environment for a process that needs nothing of Pulumi's: without the passphrase and the tokens of its backends, and without a program's
 * whole configuration, which holds secrets, and is longer than the 128 KiB that Linux allows one variable where a stack file writes thousands
 * of addresses out. What is left out is there as undefined, for who adds it to an environment that has it.
 */
export function withoutPulumiVariables(environment: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, name.startsWith("PULUMI_") ? undefined : value]));
}
