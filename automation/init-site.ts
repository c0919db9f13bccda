import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeMungeKey } from "../operations/munge/make-munge-key";
import { planStack } from "../operations/plan-stack";
import { OVIS_SALT, OVIS_SECRET } from "../plan/auth/ovis-secret";
import { usesOvis } from "../plan/checks/check-auth";
import { usesMungeKey } from "../plan/checks/check-options";
import { parseClusterConfig } from "../plan/checks/parse";
import type { ClusterConfig } from "../plan/config/config";
import { writeStackFile } from "../plan/init/write-stack-file";
import { MUNGE_KEY_SECRET } from "../plan/munge/munge";
import { BadInputError } from "../plan/problems/errors";
import { createFileAtomically } from "../stack/atomic-file";
import { readPassphrase } from "../stack/passphrase";
import { makePassphraseFile, passphraseFileOf, readPassphraseFile } from "../stack/passphrase-file";
import { createSecretBox } from "../stack/secrets";
import { assertNoDeadLink, assertProjectFits, makeProject } from "./site-project";

const WORD_BYTES = 32;

export interface InitArgs {
  /** `cygnus`: the stack file is Pulumi.cygnus.yaml. */
  readonly stack: string;
  /** Of the stack file, and of Pulumi.yaml, which is made where there is none. */
  readonly folder: string;
  /** As below `config:` of a stack file, without the `ldms:`: `{ xprt: "rdma", hosts: "cygnus-[01-08]" }`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By name; a munge key and a word of `auth: ovis` that the configuration wants and that are not given are made. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Comments at the top of the stack file, a line each. */
  readonly notes?: readonly string[];
  /** @default PULUMI_CONFIG_PASSPHRASE, else the content of the file that PULUMI_CONFIG_PASSPHRASE_FILE names, else that of `passphraseFile` */
  readonly passphrase?: string | undefined;
  /** Made where it is not there, 0600, with a random passphrase. @default `~/.config/ldms/STACK.passphrase` */
  readonly passphraseFile?: string | undefined;
}

export interface InitializedSite {
  readonly folder: string;
  /** What was made there: `Pulumi.cygnus.yaml`, `Pulumi.yaml`. */
  readonly files: readonly string[];
  readonly passphrase: string;
  /** Absent: the passphrase was given. */
  readonly passphraseFile?: { readonly path: string; readonly isNew: boolean };
}

/**
 * From nothing to a stack file that plans. Whatever is wrong is found before anything is written; a file that is there is never overwritten, and
 * the stack file comes last, whole or not at all.
 * @throws ConfigError with every problem of the configuration; BadInputError for files in its way
 */
export async function initSite({ stack, config, notes, ...args }: InitArgs): Promise<InitializedSite> {
  const folder = resolve(args.folder);
  const file = `Pulumi.${stack}.yaml`;
  const parsed = parseClusterConfig(stack, file, config);
  const secrets = completeSecrets(parsed, args.secrets);
  await planStack({ stack, projectFolder: folder, values: config, secrets });
  assertNew(folder, stack);
  await assertProjectFits(folder);
  await assertWritable(folder);

  const { passphrase, passphraseFile } = await findPassphrase(stack, args);
  const box = await createSecretBox(passphrase);
  const encrypted = Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, { secure: box.encrypt(value) }]));
  const text = writeStackFile({ name: stack, config: { ...config, ...encrypted }, encryptionsalt: box.saltState, ...(notes && { notes }) });
  const files = await makeProject(folder);
  await createFileAtomically(join(folder, file), text);
  return { folder, files: [file, ...files], passphrase, ...(passphraseFile && { passphraseFile }) };
}

/** The given ones, what else the configuration wants, and the salt of their fingerprints. @see OVIS_SALT */
function completeSecrets(config: ClusterConfig, given: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const isSalted = usesOvis(config) || Object.keys(given).length > 0;
  return {
    ...(usesMungeKey(config) && config.munge.hostPath === undefined && { [MUNGE_KEY_SECRET]: makeMungeKey() }),
    ...(usesOvis(config) && { [OVIS_SECRET]: makeWord() }),
    ...(isSalted && { [OVIS_SALT]: makeWord() }),
    ...given,
  };
}

/** Of printable ASCII without blanks and `#`. */
function makeWord(): string {
  return randomBytes(WORD_BYTES).toString("base64url");
}

/** @throws BadInputError */
function assertNew(folder: string, stack: string): void {
  const file = `Pulumi.${stack}.yaml`;
  assertNoDeadLink(join(folder, file));
  if (!existsSync(join(folder, file))) return;
  throw BadInputError.of(file, "exists already, and is not overwritten", `take another name, or first: mv ${file} ${file}.old`);
}

async function assertWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw BadInputError.of(folder, `cannot be written to (${cause.code})`, "begin in a folder of yours", { cause });
  });
}

async function findPassphrase(stack: string, args: Pick<InitArgs, "passphrase" | "passphraseFile">) {
  const given = args.passphrase ?? (args.passphraseFile === undefined ? readPassphrase() : undefined);
  if (given !== undefined) return { passphrase: given };
  const path = resolve(args.passphraseFile ?? passphraseFileOf(stack, process.env));
  const found = await readPassphraseFile(path);
  if (found === undefined) assertNoDeadLink(path);
  const passphrase = found ?? (await makePassphraseFile(path).catch((cause: NodeJS.ErrnoException) => throwUnmade(path, cause)));
  return { passphrase, passphraseFile: { path, isNew: found === undefined } };
}

/** The folder is not there and cannot be made, or is not one's own. */
function throwUnmade(path: string, cause: NodeJS.ErrnoException): never {
  if (cause.code === undefined) throw cause;
  throw BadInputError.of(path, `cannot be made (${cause.code})`, "give `--passphrase-file FILE`, or set XDG_CONFIG_HOME", { cause });
}
