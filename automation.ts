import { join, resolve } from "node:path";
import { fillWorkFolder, type InlineSite } from "./automation/fill-work-folder";
import { locateStack } from "./automation/locate-stack";
import { openEngine } from "./automation/open-engine";
import type { EngineChoice } from "./automation/run-begin";
import { Site } from "./automation/site";
import { readPassphrase } from "./stack/passphrase";

export { type InitArgs, type InitializedSite, initSite } from "./automation/init-site";
export type { EngineChoice } from "./automation/run-begin";
export { CancelledError, PolicyViolationError, StepFailedError } from "./automation/run-errors";
export type { RollbackOptions, RunHooks, RunOptions } from "./automation/run-options";
export type { RunStep } from "./automation/run-record";
export type { Site, SiteScale } from "./automation/site";
export type { PlanResult } from "./automation/site-plan";
export type { RunResult, SiteRun } from "./automation/site-run";
export type { KeptUpgrade } from "./automation/upgrade-file";
export type { PolicyReport } from "./automation/verbs/check-policies";
export type { ForgetArgs, ForgetReport, ForgottenHost } from "./automation/verbs/forget-hosts";
export type { LockedImages } from "./automation/verbs/lock-images";
export type { MovedStack } from "./automation/verbs/move-stack";
export type { SourceShell } from "./automation/verbs/open-shell";
export type { PlacedProblem } from "./automation/verbs/placed-problem";
export type { FileChange, RunDetails, SiteHistoryEntry } from "./automation/verbs/read-history";
export type { Restored } from "./automation/verbs/roll-back";
export type { RotatedKey, RotateOptions } from "./automation/verbs/rotate-munge-key";
export type { MungeCheck } from "./automation/verbs/site-munge-key";
export { FileChangedError, type StackText } from "./automation/verbs/stack-text";
export type { TrustOptions } from "./automation/verbs/trust-hosts";
export type { TrustedKeys } from "./automation/verbs/trusted-keys";
export type { PlannedUpgrade, UpgradeArgs, UpgradeHooks, UpgradeReport } from "./automation/verbs/upgrade-args";
export type { EngineEvent } from "./engine/events/events";
export type { PolicyViolation, RunFailure } from "./engine/events/run-outcome";
export type { Cause, Link } from "./operations/chain/cause";
export type { ChainReport } from "./operations/chain/verify-chain";
export { OperationError } from "./operations/common/operation-error";
export type { DriftReport } from "./operations/drift/drift";
export type { GatheredReport } from "./operations/gather/gather";
export type { AuditReport } from "./operations/observe/audit";
export type { ServiceReport } from "./operations/observe/await-service";
export type { StatusReport } from "./operations/observe/status";
export type { Trouble } from "./operations/observe/troubles";
export type { VerifyReport } from "./operations/observe/verify";
export type { StackLook } from "./operations/overview/look-at-stack";
export { HostsNotReadyError } from "./operations/preflight/pass-preflight";
export type { PreflightReport } from "./operations/preflight/preflight";
export { RemoteCommandError } from "./operations/reach/remote-error";
export type { LocalCommand } from "./operations/service/controller";
export type { Tunnel } from "./operations/service/tunnel";
export type { Difference } from "./plan/deployed/differences";
export { BadInputError, ConfigError, type ConfigProblem } from "./plan/problems/errors";
export { PlanViolationError, type Violation } from "./plan/rules/violation";
export type { SiteTopology } from "./plan/topology/site-topology";
export { EngineError, OtherEngineError, PassphraseError, PlanChangedError, StateWriteError } from "./stack/engine-error";
export type { FoundLock } from "./stack/lock-files";
export type { LockHolder } from "./stack/lock-holder";
export type { RunImage } from "./stack/run-records";
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
  if (config) {
    const inlineSite = { projectFolder, stack, backendUrl: "file://~", passphrase: args.passphrase ?? readPassphrase() };
    await fillWorkFolder(inlineSite, { config, ...(secrets && { secrets }) });
  }
  return new Site(openEngine(await locateStack({ projectFolder, stack, ...args }), engine));
}
