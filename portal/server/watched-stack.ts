import { join } from "node:path";
import type { Site } from "../../automation/site";
import { messageOf } from "../../stack/engine-error";
import type { FoundLock } from "../../stack/lock-files";
import { isDead } from "../../stack/lock-holder";
import type { FindingsView, HostView, LockView, LookKind, PortalRole, Snapshot, StorePlot } from "../api";
import { describeFinding } from "./describe-finding";
import { EventLog } from "./event-log";
import { markFile } from "./file-mark";
import { addPoints, foldData } from "./fold-data";
import { KnownStack, NOTHING_KNOWN } from "./known-stack";
import { periodOf, RepeatedLook } from "./repeated-look";
import { foldEdges, type Layout, readLayout } from "./stack-layout";

/** Hosts are asked as long as somebody looks, and so much longer: a page that is loaded anew finds what it left. */
const WANTED_MS = 30_000;
const TICK_MS = 1000;
/** The aggregators' counters are watched for so long. */
const RATE_SECONDS = 1;
const KINDS: readonly LookKind[] = ["status", "data", "drift"];

/** One stack as it is now, for any number of readers: asked once for all of them, and only while there are some. */
export class WatchedStack {
  readonly log = new EventLog();
  /** Whether the stack's lock is this server's own; its runs say so. */
  isAtWork: () => boolean = () => false;
  private known: KnownStack | undefined;
  private fault: string | undefined;
  private plots: readonly StorePlot[] = [];
  private lock: LockView | undefined;
  private readers = 0;
  private wantedAt = Number.NEGATIVE_INFINITY;
  private fileMark: string;
  private reading: Promise<void> | undefined;
  private finding: Promise<FindingsView> | undefined;
  private readonly looks: Readonly<Record<LookKind, RepeatedLook>>;
  private readonly ticker: NodeJS.Timeout;
  private isTicking = false;
  private asking: Promise<void> = Promise.resolve();

  constructor(readonly site: Site) {
    this.fileMark = this.markFile();
    const repeated = (kind: LookKind) =>
      new RepeatedLook(
        (signal) => this.look(kind, signal),
        () => this.periodOf(kind),
        () => this.isWanted && this.known !== undefined,
      );
    this.looks = { status: repeated("status"), data: repeated("data"), drift: repeated("drift") };
    this.ticker = setInterval(() => void this.tick(), TICK_MS);
    this.ticker.unref();
  }

  get stack(): string {
    return this.site.stack;
  }

  /** For as long as somebody reads. @returns what ends it */
  attach(): () => void {
    this.readers += 1;
    this.wake();
    let isAttached = true;
    return () => {
      if (isAttached) this.readers -= 1;
      isAttached = false;
    };
  }

  async snapshot(role: PortalRole, runs: Pick<Snapshot, "run" | "preview">): Promise<Snapshot> {
    await this.settle();
    this.wake();
    await this.lookAtLock();
    // Before anything else, so that what comes meanwhile is told once more rather than lost.
    const { cursor } = this.log;
    const { known, lock, fault, plots } = this;
    const periods = { status: this.periodOf("status"), data: this.periodOf("data"), drift: this.periodOf("drift") };
    return {
      ...{ stack: this.stack, role, cursor, now: Date.now() / 1000, plots, periods },
      ...(known?.state ?? NOTHING_KNOWN),
      ...runs,
      ...(lock && { lock }),
      ...(fault !== undefined && { fault }),
    };
  }

  /** Undefined for a host that the stack has not. */
  async host(name: string): Promise<HostView | undefined> {
    await this.settle();
    return this.known?.host(name);
  }

  /** The plan, for who folds a run by it; undefined where the file has none. */
  async layout(): Promise<Layout | undefined> {
    await this.settle();
    return this.known?.layout;
  }

  /** Of the rules, once for each form of the file: it takes a preview. */
  async findings(): Promise<FindingsView> {
    await this.settle();
    // Without a preview there are those of the plan.
    this.finding ??= this.site
      .policy()
      .catch(() => this.site.plan())
      .then(({ violations }) => ({ lookedAt: Date.now() / 1000, findings: violations.map(describeFinding) }));
    this.finding.catch(() => {
      this.finding = undefined;
    });
    return this.finding;
  }

  /** Asks now; what is found comes as an event. */
  async lookNow(kind: LookKind): Promise<void> {
    await this.settle();
    if (this.known) await this.looks[kind].now();
  }

  async lookAtLock(): Promise<void> {
    const [first] = await this.site.locks().catch((): readonly FoundLock[] => []);
    const lock = first && describeLock(first, this.isAtWork());
    if (JSON.stringify(lock) === JSON.stringify(this.lock)) return;
    this.lock = lock;
    this.log.add({ type: "lock", ...(lock && { lock }) });
  }

  async end(): Promise<void> {
    clearInterval(this.ticker);
    await Promise.all(KINDS.map((kind) => this.looks[kind].end()));
  }

  private get isWanted(): boolean {
    return this.readers > 0 || performance.now() - this.wantedAt < WANTED_MS;
  }

  private periodOf(kind: LookKind): number {
    return periodOf(kind, this.known?.layout.hosts.length ?? 0);
  }

  private wake(): void {
    this.wantedAt = performance.now();
    for (const kind of KINDS) this.looks[kind].wake();
  }

  private async tick(): Promise<void> {
    if (!this.isWanted || this.isTicking) return;
    this.isTicking = true;
    await this.settle();
    await this.lookAtLock();
    for (const kind of KINDS) this.looks[kind].wake();
    this.isTicking = false;
  }

  /** Reads the file once for each form of it. */
  private async settle(): Promise<void> {
    const mark = this.markFile();
    const isOther = mark !== this.fileMark;
    if (this.reading === undefined || isOther) {
      this.fileMark = mark;
      this.finding = undefined;
      this.reading = this.read().then(() => (isOther ? this.tellFile() : undefined));
    }
    await this.reading;
  }

  /** With the mark that editors of the file know: what one of them wrote is nothing new to it. */
  private async tellFile(): Promise<void> {
    const { mark } = await this.site.config.read().catch(() => ({ mark: "" }));
    this.log.add({ type: "file", mark });
    this.log.add({ type: "reset" });
  }

  private markFile(): string {
    return markFile(join(this.site.folder, `Pulumi.${this.stack}.yaml`));
  }

  private async read(): Promise<void> {
    try {
      this.known = new KnownStack(await readLayout(this.site), this.known);
      this.fault = undefined;
    } catch (error) {
      // What it was before is shown no more: it is not known what of it still holds.
      this.known = undefined;
      this.fault = messageOf(error);
    }
  }

  private async look(kind: LookKind, signal: AbortSignal): Promise<void> {
    const { known } = this;
    if (!known) return;
    const end = await this.turn();
    const lookedAt = Math.floor(Date.now() / 1000);
    try {
      const change = await this.ask(kind, known, lookedAt, signal);
      // Of a form of the file that is gone nothing is told.
      if (known === this.known) this.log.add(change);
    } catch (error) {
      const change = known.takeFault(kind, messageOf(error), lookedAt);
      if (known === this.known && !signal.aborted) this.log.add(change);
    } finally {
      end();
    }
  }

  /** Hosts are asked one thing at a time. @returns what lets the next one ask */
  private async turn(): Promise<() => void> {
    const before = this.asking;
    let end: () => void = () => undefined;
    this.asking = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }

  private async ask(kind: LookKind, known: KnownStack, lookedAt: number, signal: AbortSignal) {
    const begun = performance.now();
    const took = () => (performance.now() - begun) / 1000;
    switch (kind) {
      case "status":
        return known.takeLook(await this.site.status({ signal }));
      case "drift":
        return known.takeDrift(await this.site.drift({ signal }), lookedAt, took());
      case "data": {
        // Where an aggregator does not tell how many are connected, what the stores hold is known all the same.
        const flows = this.site.topology({ rates: { seconds: RATE_SECONDS, signal } }).catch(() => undefined);
        const [report, topology] = await Promise.all([this.site.verify({ signal }), flows]);
        const data = foldData(report, lookedAt, took());
        this.plots = addPoints(this.plots, data);
        return known.takeData(data, foldEdges(topology?.edges ?? known.layout.edges));
      }
      default:
        return kind satisfies never;
    }
  }
}

export function describeLock({ holder, problem }: FoundLock, isOurs: boolean): LockView {
  if (!holder) return { who: `somebody, whose lock ${problem ?? "does not say"}`, since: "", isOurs };
  const { username, hostname, timestamp: since } = holder;
  return { who: `${username}@${hostname}${isDead(holder) ? " (its process has ended)" : ""}`, since, isOurs: isOurs && !isDead(holder) };
}
