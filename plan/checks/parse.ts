import type { z } from "zod";
import { findOvisProblem, OVIS_SECRET, readOvisSecret } from "../auth/ovis-secret";
import { type ClusterConfig, ClusterConfigSchema } from "../config/config";
import { NAMESPACE } from "../config/namespace";
import { renderValue, wordDefault, wordIssue } from "../config/wording";
import { findKeyProblem, readMungeKey } from "../munge/key-form";
import { MUNGE_KEY_BEFORE_SECRET, MUNGE_KEY_SECRET } from "../munge/munge";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { findNameProblem } from "../text/stack-name";
import { checkKeys, checkSize } from "../yaml/data-shape";
import { withKnownKeys } from "./beside-unknown";
import { checkConfig } from "./check-config";
import { checkControls } from "./check-controls";
import { checkHostlists } from "./check-hosts";
import { isSecretName, type SECRET_NAMES } from "./secret-names";

/** Whether an encrypted key is a secret of the site's, for a file of its daemons: any that is no setting. */
export function isSiteSecret(key: string): boolean {
  return !Object.hasOwn(ClusterConfigSchema.shape, key);
}

/** @param key with its namespace: `ldms:mungeKey` */
export function isSecretKey(key: string): boolean {
  return key.startsWith(NAMESPACE) && isSecretName(key.slice(NAMESPACE.length));
}

/** Keys of munge among the secrets, which are base64. */
const MUNGE_KEYS: readonly string[] = [MUNGE_KEY_SECRET, MUNGE_KEY_BEFORE_SECRET] satisfies (typeof SECRET_NAMES)[number][];

/** What can be told of a secret before it is kept. @param key with its namespace. @returns undefined for a good one */
export function findSecretProblem(key: string, value: string): { readonly message: string; readonly help: string } | undefined {
  if (value === "") return { message: "is empty", help: "give it on standard input, or name a file" };
  if (key === `${NAMESPACE}${OVIS_SECRET}`) {
    const wrong = findOvisProblem(readOvisSecret(value).facts);
    return wrong === undefined ? undefined : { message: wrong, help: "give the word, or the file with its line `secretword=WORD`" };
  }
  const isMungeKey = key.startsWith(NAMESPACE) && MUNGE_KEYS.includes(key.slice(NAMESPACE.length));
  const message = isMungeKey ? findKeyProblem(readMungeKey(value).facts) : undefined;
  return message === undefined ? undefined : { message, help: "`base64 < munge.key`, or `ldms munge-key generate`, which makes one" };
}

/**
 * The stack file, checked as a whole: form first, then whatever speaks of something else in it.
 *
 * @param file its name, for messages: `Pulumi.cygnus.yaml`
 * @param values what stands below `ldms:`, without the prefix: `{ xprt: "rdma", ports: { ldmsd: 411 } }`
 * @throws ConfigError with every problem found; what depends on a part of a wrong form is not looked at.
 */
export function parseClusterConfig(stack: string, file: string, values: Readonly<Record<string, unknown>>): ClusterConfig {
  const open = Object.fromEntries(Object.entries(values).filter(([key]) => !isSecretName(key)));
  const name = checkStackName(stack);
  const size = checkSize(open);
  if (size.length) throw new ConfigError(file, [...name, ...size]);
  const controls = checkControls(open);
  const told = [...controls, ...checkKeys(open)];
  const form = parseForm(open);
  const hostlists = checkHostlists(open);
  const meant = form.success ? form.data : parseMeant(open, form.error);
  const contradictions = meant && !controls.length ? checkConfig({ ...meant, stack }, { canExpand: hostlists.length === 0 }) : [];
  const issues = form.success ? [] : form.error.issues.flatMap((issue) => wordIssue(issue, ClusterConfigSchema));
  const problems = [...name, ...told, ...withoutTold([...issues, ...hostlists], controls), ...contradictions];
  if (problems.length || !form.success) throw new ConfigError(file, problems);
  return { ...form.data, stack };
}

function parseForm(values: Readonly<Record<string, unknown>>) {
  return ClusterConfigSchema.safeParse(values, { error: wordDefault, reportInput: true });
}

/** The file without its unknown keys, so that what else is wrong with it is told with them. */
function parseMeant(values: Readonly<Record<string, unknown>>, error: z.core.$ZodError): z.output<typeof ClusterConfigSchema> | undefined {
  const known = withKnownKeys(values, error.issues);
  return known && parseForm(known).data;
}

function checkStackName(stack: string): ConfigProblem[] {
  const problem = findNameProblem(stack);
  return problem === undefined ? [] : [{ path: "stack", message: `${problem}: ${renderValue(stack)}` }];
}

/** What is said of a text once is not said again by its form. */
function withoutTold(problems: readonly ConfigProblem[], told: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.filter(({ path }) => !told.some((one) => one.path === path));
}
