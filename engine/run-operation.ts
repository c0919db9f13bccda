import type { DeploymentJson } from "../stack/deployment-json";
import { messageOf, OtherEngineError } from "../stack/engine-error";
import { engineOfDeployment } from "../stack/file-backend";
import { type OpenStack, openStack, openState, readConfig, type StackState } from "../stack/open-stack";
import { stackOutputs } from "../stack/resource-record";
import type { StackConfig } from "../stack/stack-file";
import { lockStack } from "../stack/stack-lock";
import { StateCodec } from "../stack/state-codec";
import { warmRunner } from "./children/program-runner";
import { EventSink } from "./events/events";
import { RunOutcome } from "./events/run-outcome";
import { secretTextsOf } from "./events/secret-texts";
import { PolicyPacks } from "./policy/policy-packs";
import type { OperationArgs, OperationPhase, OperationResult } from "./run/operation-args";
import { ProviderRegistry } from "./run/provider-registry";
import type { RunContext } from "./run/run-context";
import { Snapshot } from "./run/snapshot";
import { TargetFilter } from "./run/target-filter";
import { keepAll } from "./steps/keep-all";
import { removeInterruptedCreates, runDeletes } from "./steps/run-deletes";
import { StepExecutor } from "./steps/step-executor";
import { Slots } from "./steps/step-slots";
import { failUnknownTargets } from "./steps/target-check";

export type { OperationArgs, OperationKind, OperationPhase, OperationResult } from "./run/operation-args";

const DEFAULT_PARALLEL = 16;

/**
 * Carries out one operation on one stack. Any number may run in one process, of different stacks at once.
 * @throws EngineError when it cannot begin: no such project, a lock, a wrong passphrase, a state of the other engine. What goes wrong later is in
 * the result.
 */
export async function runOperation(args: OperationArgs): Promise<OperationResult> {
  const stack = await openStack(args);
  const lock = args.kind === "preview" ? undefined : await lockStack(stack.backend.lockFolder);
  try {
    const deployment = await stack.backend.read();
    // Side by side: each may take a key of its own, 0.4 s; a settled state needs none.
    const [config, state] = await Promise.all([readConfig(stack), args.settled ? undefined : openState(stack, deployment)]);
    const operation = new Operation(args, stack, { ...config, ...args.config }, deployment, state);
    for (const { username, hostname, pid, timestamp } of lock?.takenOver ?? []) {
      operation.note(`lock: took over that of ${username}@${hostname} (pid ${pid}, gone) since ${timestamp}`);
    }
    return await operation.run();
  } finally {
    await lock?.release();
  }
}

class Operation {
  private readonly notes: string[] = [];
  private readonly isTakingOver: boolean;

  constructor(
    private readonly args: OperationArgs,
    private readonly stack: OpenStack,
    private readonly config: StackConfig,
    private readonly deployment: DeploymentJson | undefined,
    /** Undefined until it is known that the state is not the settled one. */
    private state: StackState | undefined,
  ) {
    const writer = engineOfDeployment(deployment);
    this.isTakingOver = writer === "pulumi";
    if (this.isTakingOver && args.takeOver !== true) {
      throw new OtherEngineError(
        "state: was written by the `pulumi` command, not by the embedded engine\nhelp: go on with `pulumi`, or take it over with --take-over, which refreshes first",
      );
    }
  }

  note(text: string): void {
    this.notes.push(text);
  }

  async run(): Promise<OperationResult> {
    const { args, stack } = this;
    const packs = args.kind === "preview" || args.kind === "up" ? (args.policyPacks ?? []) : [];
    const policies = PolicyPacks.start(packs, {
      project: stack.project.name,
      stack: stack.stack,
      config: this.config,
      packConfig: args.policyPackConfig ?? {},
    });
    try {
      if (args.kind === "preview") return (await this.pass("preview", policies)).result;
      const isSeenFirst = args.confirm !== undefined || args.onPreviewed !== undefined || !policies.isEmpty;
      if (!isSeenFirst) return (await this.pass("update", policies)).result;
      const preview = await this.pass("preview", policies);
      if (preview.result.outcome !== "succeeded") return preview.result;
      await args.onPreviewed?.();
      if (!preview.hasChanges) return { ...preview.result, outcome: "unchanged" };
      this.warmNext();
      if (args.confirm !== undefined && !(await args.confirm(preview.result))) return { ...preview.result, outcome: "declined" };
      return (await this.pass("update", policies)).result;
    } finally {
      await policies.close();
    }
  }

  /** Behind a preview that somebody confirms, an update follows: its runner loads meanwhile. A process that asks nobody may live on without one. */
  private warmNext(): void {
    const { kind, confirm } = this.args;
    if (kind === "up" && confirm !== undefined) warmRunner(this.stack.project.folder);
  }

  private async pass(
    phase: OperationPhase,
    policies: PolicyPacks,
  ): Promise<{ readonly result: OperationResult; readonly hasChanges: boolean }> {
    const { args, stack, deployment } = this;
    const started = Date.now();
    const isPreview = phase === "preview";
    const events = new EventSink((event) => args.onEvent?.(event, phase), secretTextsOf(this.config), args.pace);
    const outcome = new RunOutcome(args.continueOnError ?? false);
    events.prelude(publicConfig(this.config), deployment?.resources ?? []);
    for (const text of this.notes.splice(0)) events.diagnostic("info", text);
    const settled = await this.findSettled();
    const state = settled ? sealState(deployment) : await this.openState();
    const olds = (deployment?.resources ?? []).map((resource) => state.codec.decode(resource));
    const operations = deployment?.pending_operations ?? [];
    const interrupted = operations.filter(({ type }) => type === "creating").map(({ resource }) => state.codec.decode(resource));
    const snapshot = new Snapshot(
      olds,
      interrupted,
      isPreview || settled ? undefined : { backend: stack.backend, codec: state.codec, saltState: state.saltState },
    );
    if (operations.length > 0 || this.isTakingOver) snapshot.touch();
    const providers = new ProviderRegistry(args.createProvider, olds);
    const targets = new TargetFilter(args.targets ?? [], args.excludes ?? []);
    const base = {
      project: stack.project.name,
      stack: stack.stack,
      isPreview,
      config: this.config,
      environment: args.environment ?? {},
      snapshot,
      providers,
      events,
      targets,
      outcome,
      policies,
      onProgram: () => {
        // A first deployment has changes for certain.
        if (isPreview && olds.length === 0) this.warmNext();
      },
    };
    const onAbort = () => outcome.cancel();
    args.signal?.addEventListener("abort", onAbort);
    if (args.signal?.aborted === true) onAbort();
    try {
      for (const { urn } of interrupted)
        events.diagnostic("warning", `\`${urn}\`: an earlier run was interrupted while it created this`, urn);
      await (settled ? keepAll({ ...base, olds }, settled) : this.carryOut({ ...base, olds }));
    } finally {
      args.signal?.removeEventListener("abort", onAbort);
      for (const problem of await providers.close()) events.diagnostic("warning", problem);
    }
    if (!isPreview) await snapshot.flush();
    const failures = outcome.failures.map((failure) => ({ ...failure, message: events.blank(failure.message) }));
    const result = { ...this.conclude(outcome, snapshot, (Date.now() - started) / 1000), failures };
    // The state is what counts: that nobody can read later what the run did is worth a word, not a failure.
    const unkept = isPreview ? undefined : await this.keepHistory(result, started).catch(messageOf);
    if (unkept !== undefined) events.diagnostic("warning", `history: this run cannot be kept: ${unkept}`);
    if (outcome.isCanceled) events.canceled();
    events.summary(result.changes, result.durationSeconds, await policies.versions());
    return { result, hasChanges: snapshot.hasChanged };
  }

  /** What is left open has to be settled first. */
  private async findSettled(): Promise<readonly string[] | undefined> {
    const { digest } = this.stack.backend;
    const isOpen = (this.deployment?.pending_operations ?? []).length > 0;
    return this.state || digest === undefined || isOpen ? undefined : this.args.settled?.(digest);
  }

  private async openState(): Promise<StackState> {
    this.state ??= await openState(this.stack, this.deployment);
    return this.state;
  }

  private async carryOut(context: RunContext): Promise<void> {
    const { kind, refresh, parallel } = this.args;
    const slots = new Slots(parallel ?? DEFAULT_PARALLEL);
    if (kind === "refresh" && failUnknownTargets(context)) return;
    const isRefreshing = refresh === true || this.isTakingOver || kind === "refresh";
    if (isRefreshing) {
      const { refreshStack } = require("./steps/refresh-stack") as typeof import("./steps/refresh-stack");
      await refreshStack(context, slots, kind === "refresh");
    }
    if (context.outcome.isStopped || kind === "refresh") return;
    const refreshed = { ...context, olds: context.snapshot.untouched };
    if (kind !== "destroy") {
      // What speaks to a program is most of what an engine loads, and a settled stack starts none.
      const { runProgramPass } = require("./program/run-pass") as typeof import("./program/run-pass");
      return runProgramPass(refreshed, this.stack.project, parallel ?? DEFAULT_PARALLEL);
    }
    if (failUnknownTargets(refreshed)) return;
    await runDeletes(refreshed, new StepExecutor(refreshed, slots), () => false);
    if (!context.isPreview) await removeInterruptedCreates(refreshed);
  }

  private conclude(outcome: RunOutcome, snapshot: Snapshot, durationSeconds: number): OperationResult {
    const { digest } = this.stack.backend;
    return {
      outcome: outcome.isCanceled ? "canceled" : outcome.hasFailed ? "failed" : "succeeded",
      changes: outcome.changes,
      outputs: stackOutputs(snapshot.present),
      violations: outcome.violations,
      failures: outcome.failures,
      skipped: outcome.skipped,
      durationSeconds: Math.round(durationSeconds),
      ...(digest !== undefined && { state: digest }),
    };
  }

  private keepHistory(result: OperationResult, started: number): Promise<void> {
    const { kind, message = "" } = this.args;
    return this.stack.backend.addHistory({
      kind: kind === "up" ? "update" : kind,
      startTime: Math.floor(started / 1000),
      message,
      environment: {},
      config: {},
      result: result.outcome === "succeeded" ? "succeeded" : "failed",
      endTime: Math.floor(Date.now() / 1000),
      version: 0,
      resourceChanges: result.changes,
    });
  }
}

/** Nobody reads the secrets of a state in which nothing changes. */
function sealState(deployment: DeploymentJson | undefined): StackState {
  return { deployment, codec: new StateCodec(undefined, true), saltState: undefined };
}

function publicConfig(config: StackConfig): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).map(([key, { value, isSecret }]) => [key, isSecret ? "[secret]" : value]));
}
