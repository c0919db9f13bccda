import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { EmbeddedEngine } from "./automation/embedded-engine";
import { choosePulumi, type EngineChoice } from "./automation/run-begin";
import { Site } from "./automation/site";
import { fillWorkFolder, type InlineSite } from "./automation/work-folder";
import type { StackLocation } from "./stack/open-stack";
import { readPassphrase } from "./stack/passphrase";
import { readProjectFile } from "./stack/project-file";

export { CancelledError, PolicyViolationError, StepFailedError } from "./automation/errors";
export type { EngineChoice } from "./automation/run-begin";
export type { RunOptions } from "./automation/run-options";
export type { RunStep } from "./automation/run-record";
export type { Site } from "./automation/site";
export type { PlanResult } from "./automation/site-plan";
export type { RunResult, SiteRun } from "./automation/site-run";
export type { EngineEvent } from "./engine/events/events";
export type { PolicyViolation, RunFailure } from "./engine/events/run-outcome";
export type { ServiceReport } from "./operations/look/await-service";
export type { Trouble } from "./operations/look/troubles";
export { HostsNotReadyError } from "./operations/preflight/look-at-hosts";
export { BadInputError, ConfigError, type ConfigProblem } from "./plan/problems/errors";
export { PlanViolationError, type Violation } from "./plan/rules/violation";
export { EngineError, OtherEngineError, PassphraseError, StateWriteError } from "./stack/engine-error";
export type { LockHolder } from "./stack/lock-holder";
export type { HistoryEntry } from "./stack/stack-admin";
export { LockHeldError } from "./stack/stack-lock";

/** Folder of this package's policy pack, for `policyPacks`. */
export const POLICY_PACK = join(__dirname, "policies");

export interface SiteArgs extends Partial<InlineSite> {
  /** `cygnus`, as in Pulumi.cygnus.yaml. */
  readonly stack: string;
  /**
   * Without `config`: a project with Pulumi.yaml and Pulumi.STACK.yaml. With `config`: where such a project is written; the same folder for each
   * run of the stack. Relative paths of the configuration are of this folder.
   */
  readonly folder: string;
  /** `file://DIR`, or for `pulumi` any backend of its own. @default PULUMI_BACKEND_URL, else what Pulumi.yaml names, else `file://~` */
  readonly backendUrl?: string;
  /** Of the stack's secrets. @default PULUMI_CONFIG_PASSPHRASE, else the content of the file that PULUMI_CONFIG_PASSPHRASE_FILE names */
  readonly passphrase?: string | undefined;
  /** @default `pulumi` where it is on PATH, else `embedded` */
  readonly engine?: EngineChoice;
}

/** Opens a site's stack; changes nothing but, with `config`, the project in `folder`. @throws Error for an engine or a project that is not there */
export async function openSite({ stack, folder, config, secrets, engine, ...args }: SiteArgs): Promise<Site> {
  const projectFolder = resolve(folder);
  const environment = args.backendUrl ?? process.env["PULUMI_BACKEND_URL"];
  const where = { projectFolder, stack, passphrase: args.passphrase ?? readPassphrase() };
  if (config) await fillWorkFolder({ ...where, backendUrl: environment ?? `file://${homedir()}` }, { config, ...(secrets && { secrets }) });
  const backendUrl = environment ?? (await readProjectFile(projectFolder)).backendUrl ?? `file://${homedir()}`;
  const location: StackLocation = { ...where, backendUrl };
  if (choosePulumi(engine) === undefined) return new Site(new EmbeddedEngine(location));
  // Loaded only where it is used: it takes half a second.
  const { PulumiEngine } = require("./automation/pulumi-engine") as typeof import("./automation/pulumi-engine");
  return new Site(new PulumiEngine(location));
}
