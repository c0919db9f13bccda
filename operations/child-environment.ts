/**
 * The environment for a process that this one starts. A Pulumi program has its whole configuration in a variable: secrets, which a child would show in
 * /proc, and, where a stack file writes thousands of addresses out, more than the 128 KiB that Linux allows one variable.
 */
export function environmentWithoutConfig(): NodeJS.ProcessEnv {
  return { ...process.env, PULUMI_CONFIG: undefined };
}
