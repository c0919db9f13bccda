import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CommandError,
  ConcurrentUpdateError,
  LocalWorkspace,
  type PreviewOptions,
  PulumiCommand,
  type Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation";
import type { RunFailure } from "../engine/events/run-outcome";
import { tellDifferences } from "../engine/events/tell-differences";
import { compileCacheVariables } from "../stack/compile-cache";
import { PassphraseError, StateWriteError } from "../stack/engine-error";
import type { StackLocation } from "../stack/open-stack";
import { findLocks } from "../stack/stack-admin";
import { LockHeldError, STACK_LOCKED } from "../stack/stack-lock";
import { assertPulumiMayRun } from "./run-begin";
import { CancelledError, PolicyViolationError, StepFailedError } from "./run-errors";
import { RunRecord } from "./run-record";
import type { EngineRunArgs, EngineRunEnd, StackEngine } from "./stack-engine";

/** The `pulumi` command, through Pulumi's own Automation API. */
export class PulumiEngine implements StackEngine {
  readonly name = "pulumi";
  private opened: Promise<Stack> | undefined;

  constructor(readonly location: StackLocation) {}

  async run(args: EngineRunArgs): Promise<EngineRunEnd> {
    const { verb, signal } = args;
    const mustRefresh = await assertPulumiMayRun(this.location, verb, args.isTakingOver);
    const record = new RunRecord();
    const onEvent = tellDifferences((event) => {
      record.add(event);
      args.onEvent(event);
    });
    try {
      signal.throwIfAborted();
      // One of its own, so that no other run of this process is told the same.
      const stack = Object.keys(args.environment).length > 0 ? await this.open(args.environment) : await this.stack();
      await operate(stack, { ...args, isRefresh: args.isRefresh || mustRefresh, onEvent });
      return { outputs: verb === "preview" ? {} : await readOutputs(stack), changes: record.changes };
    } catch (error) {
      throw await this.explain(error, record, signal);
    }
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return readOutputs(await this.stack());
  }

  async history(): ReturnType<StackEngine["history"]> {
    const entries = await (await this.stack()).history();
    return entries.map(({ kind, result, startTime, endTime, resourceChanges }) => ({
      kind,
      result,
      startTime: startTime.getTime() / 1000,
      endTime: endTime.getTime() / 1000,
      ...(resourceChanges && { resourceChanges: resourceChanges as Readonly<Record<string, number>> }),
    }));
  }

  /** A stack that could not be opened is tried again at the next call. */
  private stack(): Promise<Stack> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async open(environment: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const { projectFolder, stack, backendUrl, passphrase } = this.location;
    const envVars = {
      ...compileCacheVariables(process.env),
      ...environment,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...(backendUrl !== undefined && { PULUMI_BACKEND_URL: backendUrl }),
      ...(passphrase !== undefined && { PULUMI_CONFIG_PASSPHRASE: passphrase }),
    };
    const pulumiCommand = await PulumiCommand.get();
    return LocalWorkspace.createOrSelectStack({ stackName: stack, workDir: projectFolder }, { envVars, pulumiCommand });
  }

  private async explain(error: unknown, record: RunRecord, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) return new CancelledError(record.changes);
    if (!(error instanceof CommandError)) return error;
    const cause = { cause: error };
    if (error instanceof ConcurrentUpdateError) {
      const [lock] = await findLocks(this.location);
      return LockHeldError.of(lock ?? { path: "", holder: undefined, problem: "is gone again" }, STACK_LOCKED, cause);
    }
    if (/incorrect passphrase/.test(error.message)) return new PassphraseError("wrong", "incorrect passphrase");
    if (/passphrase must be set/.test(error.message)) return new PassphraseError("missing", "this stack needs a passphrase");
    if (record.violations.some(({ enforcement }) => enforcement === "mandatory")) return new PolicyViolationError(record.violations);
    const full = findFullDisk([error.message, ...record.failures.map(({ message }) => message)].join("\n"));
    if (full) return new StateWriteError(full.path, full.code, cause);
    return new StepFailedError(failuresOf(record, error), [], record.changes, cause);
  }
}

async function operate(stack: Stack, args: EngineRunArgs): Promise<void> {
  const { verb, isRefresh, continuesOnError, targets, excludes, policyPacks, message, onEvent, signal } = args;
  const common = {
    onEvent,
    signal,
    ...(message !== "" && { message }),
    target: [...targets],
    exclude: [...excludes],
    color: "never" as const,
  };
  const packs = { policyPacks: [...policyPacks] };
  switch (verb) {
    case "preview":
      await stack.preview({ ...common, ...packs, refresh: isRefresh });
      return;
    case "up": {
      const wanted = { ...common, ...packs, refresh: isRefresh };
      const { onPreviewed } = args;
      if (onPreviewed) return upAsSeen(stack, wanted, continuesOnError, onPreviewed);
      // An `up` of the Automation API makes no preview: a pack's veto would come after the first steps.
      if (policyPacks.length > 0) await stack.preview(wanted);
      await stack.up({ ...wanted, continueOnError: continuesOnError });
      return;
    }
    case "refresh":
      await stack.refresh(common);
      return;
    case "destroy":
      await stack.destroy({ ...common, refresh: isRefresh, continueOnError: continuesOnError });
      return;
    default:
      verb satisfies never;
  }
}

/** No lock is held between the two commands: the plan file binds the second one to the steps, and the configuration, of the first. */
async function upAsSeen(
  stack: Stack,
  wanted: PreviewOptions & UpOptions,
  continueOnError: boolean,
  onPreviewed: () => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ldms-plan-"));
  try {
    const plan = join(folder, "plan.json");
    await stack.preview({ ...wanted, plan });
    await onPreviewed();
    await stack.up({ ...wanted, continueOnError, plan });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readOutputs(stack: Stack): Promise<Readonly<Record<string, unknown>>> {
  const outputs = Object.entries(await stack.outputs());
  return Object.fromEntries(outputs.map(([name, { value, secret }]) => [name, secret ? "[secret]" : (value as unknown)]));
}

/** Behind the failed steps `pulumi` says once more that something failed. */
function failuresOf({ failures }: RunRecord, error: CommandError): readonly RunFailure[] {
  const ofSteps = failures.filter(({ urn }) => urn !== "");
  if (ofSteps.length > 0) return ofSteps;
  return failures.length > 0 ? failures : [{ urn: "", message: lastLines(error.message), host: undefined }];
}

const DISK_CODES: Readonly<Record<string, string>> = {
  "no space left on device": "ENOSPC",
  "disk quota exceeded": "EDQUOT",
  "read-only file system": "EROFS",
  "permission denied": "EACCES",
};

/** `write /srv/state/.pulumi/meta.yaml.18eb.tmp: no space left on device`; of a file backend's own files only. */
function findFullDisk(text: string): { readonly path: string; readonly code: string } | undefined {
  const found = new RegExp(`(/\\S*/\\.pulumi(?:/(?:meta|stacks|locks|history|backups)\\S*)?): (${Object.keys(DISK_CODES).join("|")})`).exec(
    text,
  );
  const code = DISK_CODES[found?.[2] ?? ""];
  return found?.[1] !== undefined && code !== undefined ? { path: found[1], code } : undefined;
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-20).join("\n");
}
