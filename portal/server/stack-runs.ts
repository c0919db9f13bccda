import { setTimeout as sleep } from "node:timers/promises";
import { PolicyViolationError } from "../../automation/run-errors";
import { HostsNotReadyError } from "../../operations/preflight/pass-preflight";
import { BadInputError } from "../../plan/problems/errors";
import { EngineError, messageOf, PlanChangedError } from "../../stack/engine-error";
import { isDead } from "../../stack/lock-holder";
import { LockHeldError } from "../../stack/stack-lock";
import type { RunView, RunWish } from "../api";
import { PortalRun } from "./portal-run";
import { recoverRun } from "./recover-run";
import { RefusedError } from "./refusal";
import { RunFiles } from "./run-files";
import { StepPlaces } from "./step-place";
import { describeLock, type WatchedStack } from "./watched-stack";

/** A plan that is another one is told as the answer where that is known in this time, and as an event where not. */
const ANSWER_MS = 15_000;
/** At most so often a run that goes on is written down. */
const WRITE_MS = 1000;
/** More are on disk, and nobody asks for them. */
const MOST_VIEWS = 50;

export interface RunTimes {
  /** Before a rollback or a destroy begins. @default 5 s */
  readonly graceMs?: number;
  /** For the data, behind a deployment; by default as `ldms up` waits. */
  readonly waitSeconds?: number;
}

/** The runs of one stack that were asked for here: one at a time, each on disk from its beginning. */
export class StackRuns {
  private current: PortalRun | undefined;
  private views: RunView[] = [];
  private readonly files: RunFiles;
  private writing: Promise<void> = Promise.resolve();
  private writtenAt = Number.NEGATIVE_INFINITY;
  private count = 0;
  private isEnding = false;

  /** @param onEnd told of each run that ended, for the audit log */
  constructor(
    private readonly watched: WatchedStack,
    private readonly onEnd: (run: RunView) => void = () => undefined,
    private readonly times: RunTimes = {},
  ) {
    this.files = RunFiles.of(watched.site.folder, watched.stack);
    watched.isAtWork = () => this.holdsLock;
  }

  /** Reads what the server's last start has left, and finds out what became of it. */
  async recover(): Promise<void> {
    const found = await this.files.list();
    this.views = await Promise.all(found.map((run) => (run.result === undefined ? recoverRun(this.watched.site, run) : run)));
    for (const [i, view] of this.views.entries()) if (view !== found[i]) await this.files.write(view);
  }

  /** What a page shows at first: the run that goes on or was last, and a preview that nothing came after. */
  get shown(): { readonly run?: RunView; readonly preview?: RunView } {
    const [last] = this.views;
    const run = this.views.find(({ kind }) => kind !== "preview") ?? last;
    const isOpen = last?.kind === "preview" || last?.result === "plan-changed";
    return { ...(run && { run }), ...(last && isOpen && { preview: last }) };
  }

  find(id: string): RunView | undefined {
    return this.views.find((view) => view.id === id);
  }

  get isRunning(): boolean {
    return this.current !== undefined;
  }

  /** A preview takes no lock: one that is there is somebody else's. */
  private get holdsLock(): boolean {
    return this.current !== undefined && this.current.view.kind !== "preview";
  }

  /** Begins it. @returns as soon as it changes something, has ended, or takes its time. @throws RefusedError where it does not begin, or was refused */
  async start(wish: RunWish, by: string): Promise<RunView> {
    if (this.current) throw await this.lockedByOurs();
    if (wish.kind !== "preview") await this.assertUnlocked();
    const layout = await this.watched.layout();
    // Another one may have begun meanwhile.
    if (this.current) throw await this.lockedByOurs();
    if (this.isEnding) throw new RefusedError("not-now", "the portal is being ended");
    const run = new PortalRun({
      site: this.watched.site,
      id: this.newId(),
      by,
      wish,
      places: new StepPlaces(layout),
      onChange: (view) => this.tell(view),
      graceMs: this.times.graceMs ?? 5000,
      waitSeconds: this.times.waitSeconds ?? 120,
    });
    this.current = run;
    void run.ended.then(() => this.close(run));
    await this.watched.lookAtLock();
    if (wish.kind === "up") await Promise.race([run.settled, sleep(ANSWER_MS, undefined, { ref: false })]);
    const refusal = run.error === undefined ? undefined : refusalOf(run.error, run.view);
    if (refusal) throw refusal;
    return run.view;
  }

  /** @throws RefusedError where there is none that goes on */
  async cancel(id: string): Promise<RunView> {
    const view = this.find(id);
    if (!view) throw new RefusedError("not-found", "there is no such run");
    if (this.current?.view.id === id) {
      this.current.cancel();
      return this.current.view;
    }
    if (view.result === "cut off") return this.cleanUp(view);
    throw new RefusedError("not-now", "the run has ended");
  }

  /** Ends what is under way, for who ends the server: the state is true then. */
  async end(): Promise<void> {
    this.isEnding = true;
    this.current?.cancel();
    await this.current?.ended;
    await this.writing;
  }

  /** A run that was cut off has left its lock: where its process is gone for certain it goes away. */
  private async cleanUp(view: RunView): Promise<RunView> {
    const locks = await this.watched.site.locks();
    if (this.current || locks.some(({ holder }) => !holder || !isDead(holder)))
      throw new RefusedError("not-now", "somebody is at work on the stack, or its lock does not say who", {
        help: "wait for that run to end",
      });
    await this.watched.site.removeLocks();
    const messages = [
      ...view.messages.filter((line) => !line.startsWith("its lock")),
      "its lock is removed: a preview shows what is left to do",
    ];
    const cleaned = { ...view, messages };
    this.tell(cleaned);
    await this.watched.lookAtLock();
    return cleaned;
  }

  private async lockedByOurs(): Promise<RefusedError> {
    const { kind, by } = this.current!.view;
    const [lock] = await this.watched.site.locks();
    return new RefusedError("locked", `a run is under way: ${kind}, for ${by}`, {
      help: "wait for it to end, or cancel it",
      ...(lock && { lock: describeLock(lock, this.holdsLock) }),
    });
  }

  private async assertUnlocked(): Promise<void> {
    const alive = (await this.watched.site.locks()).find(({ holder }) => !holder || !isDead(holder));
    if (!alive) return;
    const lock = describeLock(alive, false);
    throw new RefusedError("locked", `the stack is locked by ${lock.who}${lock.since && ` since ${lock.since}`}`, {
      help: "wait for that run to end",
      lock,
    });
  }

  private newId(): string {
    this.count += 1;
    const time = new Date()
      .toISOString()
      .replace(/[-:]|\.\d+Z/g, "")
      .replace("T", "-");
    return `r-${time}-${this.count}`;
  }

  private tell(view: RunView): void {
    const index = this.views.findIndex(({ id }) => id === view.id);
    if (index < 0) this.views = [view, ...this.views].slice(0, MOST_VIEWS);
    else this.views[index] = view;
    this.watched.log.add({ type: "run", run: view });
    const isChange = view.phase === "starting" || view.phase === "ended";
    if (isChange || performance.now() - this.writtenAt >= WRITE_MS) this.write(view);
  }

  private write(view: RunView): void {
    this.writtenAt = performance.now();
    // That nobody can read later what became of it is no reason to end it.
    this.writing = this.writing.then(() => this.files.write(view)).catch(() => undefined);
  }

  private async close(run: PortalRun): Promise<void> {
    this.current = undefined;
    this.onEnd(run.view);
    await this.watched.lookAtLock();
    await Promise.all((["status", "drift"] as const).map((kind) => this.watched.lookNow(kind)));
  }
}

/** What kept a run from changing anything, as an answer. */
function refusalOf(error: unknown, view: RunView): RefusedError | undefined {
  const text = messageOf(error);
  if (error instanceof PlanChangedError)
    return RefusedError.of("plan-changed", "the plan is not the one that was looked at; nothing was changed", {
      ...(view.preview && { preview: view.preview }),
      differences: error.differences,
    });
  if (error instanceof LockHeldError) return RefusedError.of("locked", text);
  if (
    error instanceof BadInputError ||
    error instanceof HostsNotReadyError ||
    error instanceof PolicyViolationError ||
    error instanceof EngineError
  )
    return RefusedError.of("refused", text);
  return undefined;
}
