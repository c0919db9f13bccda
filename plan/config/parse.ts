import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "../errors";
import { checkConfig } from "./checks";
import { type ClusterConfig, ClusterConfigSchema } from "./config";
import { wordDefault, wordIssue } from "./wording";

/** Config keys whose values are Pulumi secrets: accepted here, never looked at, never part of the parsed config. */
export const SECRET_NAMES = ["mungeKey", "mungeKeyBefore", "sshKey", "uiSecretKey"] as const;

export function isSecretName(key: string): boolean {
  return SECRET_NAMES.some((name) => name === key);
}

/** Pulumi's own limit and alphabet; the name becomes a folder on the hosts. */
const STACK_NAME = /^(?!\.+$)[A-Za-z0-9_.-]{1,100}$/;

/**
 * The stack file, checked as a whole: form first, then whatever speaks of something else in it.
 *
 * @param file its name, for messages: `Pulumi.cygnus.yaml`
 * @param values what stands below `ldms:`, without the prefix: `{ xprt: "rdma", ports: { ldmsd: 411 } }`
 * @throws ConfigError with every problem found; what depends on a part of a wrong form is not looked at.
 */
export function parseClusterConfig(stack: string, file: string, values: Readonly<Record<string, unknown>>): ClusterConfig {
  const problems = checkStackName(stack);
  const open = Object.fromEntries(Object.entries(values).filter(([key]) => !isSecretName(key)));
  const result = ClusterConfigSchema.safeParse(open, { error: wordDefault, reportInput: true });
  if (!result.success) throw new ConfigError(file, [...problems, ...wordIssues(result.error)]);

  const config: ClusterConfig = { ...result.data, stack };
  problems.push(...checkConfig(config));
  if (problems.length) throw new ConfigError(file, problems);
  return config;
}

function checkStackName(stack: string): ConfigProblem[] {
  if (STACK_NAME.test(stack)) return [];
  return [{ path: "stack", message: `must be up to 100 letters, digits, \`_\`, \`.\` and \`-\`: \`${stack}\`` }];
}

function wordIssues(error: z.core.$ZodError): ConfigProblem[] {
  return error.issues.flatMap((issue) => wordIssue(issue, ClusterConfigSchema));
}
