import { messageOf } from "../../stack/engine-error";
import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { makeProviderReference, STACK_TYPE } from "../../stack/urn";
import { StopError } from "../events/run-outcome";
import type { Goal } from "../goal/goal";
import { equalValues, markKeysSecret } from "../provider/property-secrets";
import type { RunContext } from "../run/run-context";
import { DefaultProviders } from "../steps/default-providers";
import type { StepExecutor } from "../steps/step-executor";
import { type Decision, StepGenerator } from "../steps/step-generator";
import type { ProgramRequests, RegistrationResult } from "./resource-monitor";

/** Answers one run of the program: decides about registrations one by one, carries them out side by side. */
export class ProgramSession implements ProgramRequests {
  private readonly generator: StepGenerator;
  private deciding: Promise<unknown> = Promise.resolve();
  private readonly active = new Set<Promise<unknown>>();
  private lastHeard: number | undefined;
  private hasFinished = false;
  private exported: { readonly urn: string; readonly outputs: PropertyMap } | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly executor: StepExecutor,
  ) {
    const defaults = new DefaultProviders(context.config, (goal) => this.registerDefaultProvider(goal));
    this.generator = new StepGenerator(context, defaults);
  }

  /**
   * The program came to its end without an error, its exports included. One that waits for something that never comes ends quietly as well;
   * what it had no chance to ask for must not be deleted.
   */
  get isFinished(): boolean {
    return this.hasFinished && this.exported !== undefined;
  }

  /** Since when nothing came from the program while nothing was being done for it, in milliseconds; undefined before its first request. */
  get idleMs(): number | undefined {
    if (this.lastHeard === undefined) return undefined;
    return this.active.size > 0 ? 0 : Date.now() - this.lastHeard;
  }

  isRegistered(record: ResourceRecord): boolean {
    return this.generator.isRegistered(record);
  }

  heard(): void {
    this.lastHeard = Date.now();
  }

  finished(): void {
    this.hasFinished = true;
  }

  refuse(message: string): void {
    this.stop(new StopError("", message));
  }

  register(goal: Goal): Promise<RegistrationResult> {
    const work = this.decideAndRun(goal).finally(() => {
      this.active.delete(work);
      this.heard();
    });
    this.active.add(work);
    return work;
  }

  async registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    const record = this.context.snapshot.findNew(urn);
    if (record?.type === STACK_TYPE) this.exported = { urn, outputs };
    else this.putOutputs(urn, outputs);
  }

  /** Puts what the program exports, at the end: behind a failure the outputs of before stay beside the new ones. */
  putExports(): void {
    if (this.exported === undefined) return;
    const { urn, outputs } = this.exported;
    const before = this.context.outcome.hasFailed ? this.context.snapshot.findNew(urn)?.outputs : {};
    this.putOutputs(urn, { ...before, ...outputs });
  }

  private putOutputs(urn: string, outputs: PropertyMap): void {
    const { snapshot, events, isPreview } = this.context;
    const record = snapshot.findNew(urn);
    if (record === undefined) return;
    const marked = markKeysSecret(outputs, record.additionalSecretOutputs);
    const next = equalValues(record.outputs, marked) ? record : { ...record, outputs: marked };
    if (next !== record) snapshot.apply({ next });
    events.stepDone({ op: "same", old: record, next }, next, isPreview);
  }

  /** Fulfilled when nothing is being done any more. */
  async settled(): Promise<void> {
    while (this.active.size > 0) await Promise.allSettled(this.active);
  }

  private async decideAndRun(goal: Goal): Promise<RegistrationResult> {
    let decision: Decision;
    try {
      decision = await this.decideInTurn(goal);
    } catch (error) {
      this.stop(error);
      return { kind: "stopped" };
    }
    return this.carryOut(decision);
  }

  private decideInTurn(goal: Goal): Promise<Decision> {
    const turn = this.deciding.then(() => {
      if (this.context.outcome.isStopped) throw new StopError("", "the run is ending", true);
      return this.generator.decide(goal);
    });
    this.deciding = turn.catch(() => undefined);
    return turn;
  }

  private async carryOut(decision: Decision): Promise<RegistrationResult> {
    const { outcome } = this.context;
    const { urn } = decision.record;

    if (decision.kind !== "steps") {
      if (decision.kind === "skipped") outcome.skip(urn);
      return { kind: decision.kind, urn };
    }
    try {
      const record = (await this.executor.run(decision.steps, decision.provider)) ?? decision.record;
      return { kind: "done", record };
    } catch {
      // The executor has reported it; a step that was not begun because the run ends is no failure of its own.
      return outcome.isStopped ? { kind: "stopped" } : { kind: "failed", urn };
    }
  }

  private async registerDefaultProvider(goal: Goal): Promise<string> {
    const decision = await this.generator.decide(goal);
    if (decision.kind !== "steps") throw new StopError(decision.record.urn, `\`${goal.name}\`: cannot be used`);
    const record = (await this.executor.run(decision.steps, decision.provider)) ?? decision.record;
    return makeProviderReference(record.urn, record.id);
  }

  private stop(error: unknown): void {
    const { events, outcome } = this.context;
    const urn = error instanceof StopError ? error.urn : "";
    const isReported = (error instanceof StopError && error.isReported) || outcome.isStopped;
    if (!isReported) events.diagnostic("error", messageOf(error), urn);
    if (!outcome.isStopped) outcome.failAndStop(urn, messageOf(error));
  }
}
