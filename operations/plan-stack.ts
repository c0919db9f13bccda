import { createHmac, scryptSync } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { OVIS_SALT, OVIS_SECRET, readOvisSecret } from "../plan/auth/ovis-secret";
import { isSiteSecret, parseClusterConfig } from "../plan/checks/parse";
import { isSecretName } from "../plan/checks/secret-names";
import type { ClusterConfig } from "../plan/config/config";
import { listEntries } from "../plan/config/entries";
import { NAMESPACE } from "../plan/config/namespace";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlanFacts, SecretFacts } from "../plan/model/plan-facts";
import { isUniform, readMungeKey } from "../plan/munge/key-form";
import { MUNGE_KEY_SECRET } from "../plan/munge/munge";
import { planDeployment } from "../plan/plan";
import { ConfigError } from "../plan/problems/errors";
import { decodeText } from "../plan/text/text";
import { readArchives } from "./images/read-archives";
import { type Marks, markSideFiles } from "./seen-files";

/** A stack's config below `ldms:`, without the prefix. */
export interface StackValues {
  readonly stack: string;
  readonly projectFolder: string;
  /** `{ xprt: "rdma", ports: { ldmsd: 411 } }` */
  readonly values: Readonly<Record<string, unknown>>;
  /** Decrypted secrets by name; an absent one is as if it were not set. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Some of `values` is encrypted in the stack file. */
  readonly hasEncryptedSettings?: true;
}

/** What the engine and the stack file say of a config key; objects, numbers and booleans are JSON text. */
export interface ConfigText {
  readonly value: string;
  readonly isSecret: boolean;
}

/** @param config by full key: `{ "ldms:ports": { value: '{"ldmsd":411}', isSecret: false } }`; other namespaces are passed over. */
export function stackValues(stack: string, projectFolder: string, config: Readonly<Record<string, ConfigText>>): StackValues {
  const entries = Object.entries(config)
    .filter(([key]) => key.startsWith(NAMESPACE))
    .map(([key, text]) => ({ name: key.slice(NAMESPACE.length), ...text }));
  const isProtected = ({ name, isSecret }: { name: string; isSecret: boolean }) => isSecret && isSiteSecret(name);
  return {
    stack,
    projectFolder,
    values: Object.fromEntries(entries.filter((entry) => !isProtected(entry)).map(({ name, value }) => [name, parseText(value)])),
    secrets: Object.fromEntries(entries.filter(isProtected).map(({ name, value }) => [name, value])),
    ...(entries.some((entry) => entry.isSecret && !isProtected(entry)) && { hasEncryptedSettings: true }),
  };
}

/** A string stands bare, everything else is JSON. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface PlannedStack {
  readonly config: ClusterConfig;
  readonly plan: DeploymentPlan;
  /** What tells the files apart that the stack file names beside itself. */
  readonly sideFiles: Marks;
  /** Their texts, of those that are texts. */
  readonly ownFiles: Readonly<Record<string, string>>;
  readonly ownFolders: Readonly<Record<string, readonly string[]>>;
}

/**
 * Config text in, plan out, with what only the edge knows (files beside the stack, facts about secrets) looked up on the way.
 *
 * @throws ConfigError with every problem of the stack file.
 */
export async function planStack({ stack, projectFolder, values, secrets, hasEncryptedSettings }: StackValues): Promise<PlannedStack> {
  const file = `Pulumi.${stack}.yaml`;
  const plain = Object.keys(values).filter((key) => isSecretName(key));
  if (plain.length) {
    throw new ConfigError(
      file,
      plain.map((path) => ({ path, message: "is in plain text", help: `ldms config set --secret ${path} -s ${stack}` })),
    );
  }
  const config = parseClusterConfig(stack, file, values);
  const facts = await readFacts(projectFolder, config, secrets);
  const plan = planDeployment(config, hasEncryptedSettings ? { ...facts, hasEncryptedSettings } : facts);
  return { config, plan, sideFiles: markSideFiles(facts), ownFiles: facts.ownFiles, ownFolders: facts.ownFolders ?? {} };
}

async function readFacts(projectFolder: string, config: ClusterConfig, secrets: Readonly<Record<string, string>>): Promise<PlanFacts> {
  const ownFolders = readOwnFolders(projectFolder, config);
  const paths = [...ownFilePaths(config), ...pathsInFolders(ownFolders)];
  return {
    ownFolders,
    secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, secretFacts(config.stack, name, secrets)])),
    ownFiles: Object.fromEntries(paths.flatMap((path) => readIfText(projectFolder, path))),
    ...(config.images.source === "archive" && { archives: await readArchives(projectFolder, config.images.archive) }),
  };
}

/** What a stack file names beside itself, as written. */
export function ownFilePaths(config: ClusterConfig): string[] {
  const { aggregators, maestro, ui, grafana } = config;
  const given = listEntries(config).flatMap(({ entry: { files = [] } }) => files.map(({ file }) => file));
  const dsosdJsons = aggregators.map(({ dsosd }) => (typeof dsosd === "object" ? dsosd.configFile : undefined));
  const services = [maestro?.configFile, ui?.settingsFile, ui?.dsosdConfFile, grafana?.configFile, grafana?.dataSourcesFile];
  const decompositions = aggregators.flatMap(({ stores }) => stores.map(({ decomposition }) => decomposition));
  return [...dsosdJsons, ...decompositions, ...services, ...given].filter((path) => path !== undefined);
}

/** Names of the files in each folder that a stack file names. */
export function readOwnFolders(projectFolder: string, { grafana }: ClusterConfig): Readonly<Record<string, readonly string[]>> {
  if (grafana?.dashboards === undefined) return {};
  try {
    return { [grafana.dashboards]: readdirSync(resolve(projectFolder, grafana.dashboards)).sort() };
  } catch {
    return {};
  }
}

export function pathsInFolders(folders: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(folders).flatMap(([folder, names]) => names.map((name) => `${folder}/${name}`));
}

function readIfText(projectFolder: string, path: string): [string, string][] {
  try {
    const absolute = resolve(projectFolder, path);
    // Opening a pipe would wait for somebody to write into it.
    const text = statSync(absolute).isFile() ? decodeText(readFileSync(absolute)) : undefined;
    return text === undefined ? [] : [[path, text]];
  } catch {
    return [];
  }
}

/** A secret's own place is a part of it, so that equal values of two stacks, and of two names, have different fingerprints. */
function secretFacts(stack: string, name: string, secrets: Readonly<Record<string, string>>): SecretFacts {
  const value = secrets[name]!;
  const place = `ldms/${stack}/${name}`;
  const keyed = (text: string) =>
    createHmac("sha256", secrets[OVIS_SALT] ?? "")
      .update(`${place}\n${text}`)
      .digest("hex")
      .slice(0, 32);
  if (name === OVIS_SECRET) {
    const { word, facts } = readOvisSecret(value);
    return { ...facts, fingerprint: keyed(word) };
  }
  const { bytes, facts } = name === MUNGE_KEY_SECRET ? readMungeKey(value) : readText(value);
  // The plan's own are random; a site's may be a password, which somebody could guess.
  return { ...facts, fingerprint: isSecretName(name) ? scryptSync(bytes, place, 16).toString("hex") : keyed(value) };
}

function readText(value: string): { readonly bytes: Buffer; readonly facts: Omit<SecretFacts, "fingerprint"> } {
  const bytes = Buffer.from(value);
  return { bytes, facts: { lengthBytes: bytes.length, isUniform: isUniform(bytes) } };
}
