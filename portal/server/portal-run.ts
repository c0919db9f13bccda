import { setTimeout as sleep } from "node:timers/promises";
import { CancelledError } from "../../automation/run-errors";
import type { RunOptions } from "../../automation/run-options";
import type { Site } from "../../automation/site";
import type { RunResult, SiteRun } from "../../automation/site-run";
import { foldHosts } from "../../plan/hostlist/fold";
import type { Violation } from "../../plan/rules/violation";
import { messageOf, PlanChangedError } from "../../stack/engine-error";
import type { Finding, RunEnd, RunPhase, RunView, RunWish } from "../api";
import { describeFinding } from "./describe-finding";
import { RunTally } from "./run-tally";
import type { StepPlaces } from "./step-place";

export interface PortalRunArgs {
  readonly site: Site;
  readonly id: string;
  readonly by: string;
  readonly wish: RunWish;
  readonly places: StepPlaces;
  /** Told of every change, at most four times a second. */
  readonly onChange: (run: RunView) => void;
  /** In which a cancel costs nothing. */
  readonly graceMs: number;
  /** For the data, behind a deployment. */
  readonly waitSeconds: number;
}

const TELL_MS = 250;
/** What nobody reads to its end is cut. */
const MOST_LINES = 200;

/** One run that was asked for in a browser, and what it came to; it goes on whether or not anybody watches. */
export class PortalRun {
  /** Fulfilled when it changes something, or has ended. */
  readonly settled: Promise<void>;
  readonly ended: Promise<void>;
  error: unknown;
  private readonly tally: RunTally;
  private readonly startedAt = Date.now() / 1000;
  private readonly abort = new AbortController();
  private phase: RunPhase = "starting";
  private result: RunEnd | undefined;
  private endedAt: number | undefined;
  private messages: readonly string[] = [];
  private skippedHosts = "";
  private findings: readonly Finding[] = [];
  private digest: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private settle: () => void = () => undefined;

  constructor(private readonly args: PortalRunArgs) {
    this.tally = new RunTally(args.places);
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.ended = this.run();
  }

  /** Ends what is under way; what it did is in the state. */
  cancel(): void {
    this.abort.abort();
    this.tell();
  }

  get view(): RunView {
    const { args, tally, phase, result, endedAt, messages, digest } = this;
    const { wish } = args;
    const hasPreview = result !== undefined && (wish.kind === "preview" ? result === "succeeded" : result === "plan-changed");
    return {
      id: args.id,
      kind: wish.kind,
      by: args.by,
      ...("message" in wish && wish.message !== undefined && { message: wish.message }),
      startedAt: this.startedAt,
      ...(endedAt !== undefined && { endedAt }),
      phase,
      ...(result !== undefined && { result }),
      isCancelling: this.abort.signal.aborted && result === undefined,
      progress: wish.kind === "preview" ? [] : tally.progress,
      failures: tally.failures,
      skippedHosts: this.skippedHosts,
      changes: tally.changes,
      ...(hasPreview && {
        preview: { ...(digest !== undefined && { digest }), changes: tally.changes, entries: tally.entries, findings: this.findings },
      }),
      messages,
    };
  }

  private async run(): Promise<void> {
    const { wish, graceMs } = this.args;
    this.tell();
    try {
      if (wish.kind === "rollback" || wish.kind === "destroy")
        await sleep(graceMs, undefined, { signal: this.abort.signal }).catch(() => undefined);
      if (this.abort.signal.aborted) throw new CancelledError({});
      const run = this.begin();
      for await (const event of run) {
        this.tally.add(event);
        if (event.resourcePreEvent) this.enter(event.resourcePreEvent.planning === true ? "previewing" : "running");
        if (this.tally.hasBegun) this.settle();
        this.tellSoon();
      }
      this.finish(await run.result);
    } catch (error) {
      this.error = error;
      this.fail(error);
    }
    this.endedAt = Date.now() / 1000;
    this.phase = "ended";
    this.tell();
    this.settle();
  }

  private begin(): SiteRun {
    const { site, by, wish, waitSeconds } = this.args;
    const message = "message" in wish ? wish.message : undefined;
    const options: RunOptions = {
      actor: by,
      signal: this.abort.signal,
      ...(message !== undefined && { message }),
      onPlan: ({ violations }) => this.plan(violations),
      onLook: ({ skipped }) => {
        this.skippedHosts = foldHosts(skipped);
        this.enter("previewing");
      },
      onWait: () => this.enter("waiting"),
    };
    switch (wish.kind) {
      case "preview":
        return site.preview(options);
      case "up":
        return site.up({ ...options, expect: wish.expect, waitSeconds });
      case "rollback":
        return site.rollback(wish.run, { ...options, waitSeconds });
      case "refresh":
        return site.refresh(options);
      case "destroy":
        return site.destroy(options);
      default:
        return wish satisfies never;
    }
  }

  private plan(violations: readonly Violation[]): void {
    this.findings = violations.map(describeFinding);
    this.enter("looking");
  }

  private enter(phase: RunPhase): void {
    if (this.phase === phase) return;
    this.phase = phase;
    this.tellSoon();
  }

  private finish({ digest, skippedHosts, data }: RunResult): void {
    this.result = "succeeded";
    this.digest = digest;
    this.skippedHosts = foldHosts([...skippedHosts]);
    if (data && !data.isWell) {
      const troubles = data.troubles.map(({ host, container, reason }) => `${host}: ${container}: ${reason}`);
      this.messages = ["everything is deployed, and the data does not arrive yet", ...troubles.slice(0, 20)];
    }
  }

  private fail(error: unknown): void {
    this.result = error instanceof CancelledError ? "cancelled" : error instanceof PlanChangedError ? "plan-changed" : "failed";
    if (error instanceof PlanChangedError) this.digest = error.found;
    this.messages = messageOf(error).split("\n").slice(0, MOST_LINES);
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), TELL_MS);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.args.onChange(this.view);
  }
}
