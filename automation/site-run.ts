import type { EngineEvent } from "../engine/events/events";
import type { PolicyViolation } from "../engine/events/run-outcome";
import type { Difference } from "../plan/deployed/differences";
import type { CarriedOut } from "./carry-out";
import { EventQueue } from "./event-queue";
import { RunRecord, type RunStep } from "./run-record";
import type { EngineRunArgs } from "./stack-engine";

/** What a run did, or what a preview found that it would do. JSON as it is; holds no secret. */
export interface RunResult extends CarriedOut {
  readonly steps: readonly RunStep[];
  /** What of the hosts' files and containers is another one, in words; a secret is told as changed, and never shown. */
  readonly differences: readonly Difference[];
  /** Advice of policy packs; a mandatory one ends the run instead. */
  readonly violations: readonly PolicyViolation[];
  readonly durationSeconds: number;
}

export type CarryOut = (args: Pick<EngineRunArgs, "onEvent" | "pace" | "signal">) => Promise<CarriedOut>;

/** A run that is under way: iterate over it for its events, await `result` for its end, `cancel` it. */
export class SiteRun implements AsyncIterable<EngineEvent> {
  /** Rejects with what the run met; see the error classes of this package. */
  readonly result: Promise<RunResult>;
  private readonly queue = new EventQueue();
  private readonly abort = new AbortController();

  constructor(carryOut: CarryOut, signal: AbortSignal | undefined) {
    this.result = this.run(carryOut, signal);
    // Whoever iterates first asks for the result later.
    this.result.catch(() => undefined);
  }

  /** Ends once the run has ended, also by an error: `result` has that. A slow reader holds the embedded engine back. */
  [Symbol.asyncIterator](): AsyncIterator<EngineEvent> {
    return this.queue[Symbol.asyncIterator]();
  }

  /** Ends the run after the steps that are under way; fulfilled when the state says what they did. */
  async cancel(): Promise<void> {
    this.abort.abort();
    await this.result.catch(() => undefined);
  }

  private async run(carryOut: CarryOut, outer: AbortSignal | undefined): Promise<RunResult> {
    const forward = () => this.abort.abort();
    outer?.addEventListener("abort", forward);
    if (outer?.aborted === true) forward();
    const record = new RunRecord();
    try {
      const end = await carryOut({
        onEvent: (event) => {
          record.add(event);
          this.queue.push(event);
        },
        pace: () => this.queue.room(),
        signal: this.abort.signal,
      });
      const { steps, differences, violations, durationSeconds } = record;
      return { ...end, steps, differences, violations, durationSeconds };
    } finally {
      outer?.removeEventListener("abort", forward);
      this.queue.end();
    }
  }
}
