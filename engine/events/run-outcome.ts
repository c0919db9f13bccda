import { messageOf, StateWriteError } from "../../stack/engine-error";
import { ProviderError } from "../provider/provider";

export interface RunFailure {
  /** Empty where no resource is concerned. */
  readonly urn: string;
  readonly message: string;
  /** The name that the host is reached by, where one is concerned. */
  readonly host: string | undefined;
}

/** A finding of a policy pack. */
export interface PolicyViolation {
  readonly policyPack: string;
  readonly policy: string;
  readonly enforcement: "advisory" | "mandatory";
  readonly message: string;
  readonly urn: string;
}

/** Ends a run before the resource that it concerns is touched: bad inputs, an unknown option, a mandatory policy. */
export class StopError extends Error {
  override readonly name = "StopError";
  constructor(
    readonly urn: string,
    message: string,
    /** True where an event has said it already. */
    readonly isReported = false,
  ) {
    super(message);
  }
}

/** What one pass has done so far, and whether it may go on. */
export class RunOutcome {
  readonly changes: Record<string, number> = {};
  readonly failures: RunFailure[] = [];
  readonly violations: PolicyViolation[] = [];
  /** Not done because something that they need was not. */
  readonly skipped: string[] = [];
  private readonly failedUrns = new Set<string>();
  private policyFailures = 0;
  private stopped = false;
  private canceled = false;
  private readonly onStop: (() => void)[] = [];

  /** @param isContinuing goes on with what does not need the failed resource. */
  constructor(private readonly isContinuing: boolean) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  get isCanceled(): boolean {
    return this.canceled;
  }

  /** Something else than a policy: the stack is not whole. */
  get hasFailedSteps(): boolean {
    return this.failures.length > this.policyFailures;
  }

  get hasFailed(): boolean {
    return this.failures.length > 0;
  }

  count(op: string): void {
    this.changes[op] = (this.changes[op] ?? 0) + 1;
  }

  /** A step that failed; without continue-on-error the run ends behind it. */
  fail(urn: string, error: unknown): void {
    this.failures.push({ urn, message: messageOf(error), host: error instanceof ProviderError ? error.host : undefined });
    if (urn !== "") this.failedUrns.add(urn);
    // What can no longer be recorded must not be done.
    if (!this.isContinuing || error instanceof StateWriteError) this.stop();
  }

  /** A mandatory policy that a preview found violated: it fails, and goes on to find the others. */
  failByPolicy(urn: string, message: string): void {
    this.failures.push({ urn, message, host: undefined });
    this.policyFailures += 1;
  }

  skip(urn: string): void {
    this.skipped.push(urn);
    this.failedUrns.add(urn);
  }

  /** Something that ends the run whatever the options say. */
  failAndStop(urn: string, message: string): void {
    this.failures.push({ urn, message, host: undefined });
    this.stop();
  }

  cancel(): void {
    this.canceled = true;
    this.stop();
  }

  /** Failed itself, or skipped because of one that did. */
  isPoisoned(urn: string): boolean {
    return this.failedUrns.has(urn);
  }

  whenStopped(callback: () => void): void {
    if (this.stopped) callback();
    else this.onStop.push(callback);
  }

  private stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    for (const callback of this.onStop) callback();
  }
}
