import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import type { HostLine } from "../reach/fold-by-text";
import { type BatchEnd, type DeployFailure, judgeBatch, mergeGaps } from "./batch-end";
import { compareData, type DataLook, type Gaps } from "./compare-data";
import { type BatchRecord, type ImageChoice, isTouched, touchedHosts, type UpgradeRecord, untouchedHosts } from "./upgrade-record";
import { renderBatchEnd, renderLack } from "./upgrade-words";

/** What an upgrade does to the world; each step ends by itself. */
export interface UpgradeSteps {
  /** Writes these images into the stack file. */
  choose(images: ImageChoice): Promise<void>;
  /** An `up` of nothing but these. A host that is not ready holds it up, unless it is the way back. @returns what failed; empty: nothing */
  deploy(batches: readonly BatchRecord[], isBack: boolean): Promise<readonly DeployFailure[]>;
  /** An `up` of the whole stack: what is of no host follows, and the history has a run to go back to. */
  deployAll(): Promise<readonly DeployFailure[]>;
  /** Looks until data arrives as before, or time is up. @param sinceMs rows count from then on @param excused hosts that are not waited for */
  awaitData(args: { readonly sinceMs: number; readonly waitSeconds: number; readonly excused: ReadonlySet<string> }): Promise<DataLook>;
  /** The longest pauses since the last call. */
  takeGaps(): Gaps;
  /** Keeps how far it has come. */
  save(record: UpgradeRecord): Promise<void>;
  /** Whether somebody has asked for a pause. */
  isPauseWanted(): Promise<boolean>;
  say(line: string): void;
  readonly signal: AbortSignal;
}

/** Carries an upgrade on from where its record says that it is, until it ends, pauses or stops. */
export class UpgradeRun {
  constructor(
    private record: UpgradeRecord,
    private readonly steps: UpgradeSteps,
  ) {}

  async run(): Promise<UpgradeRecord> {
    try {
      return await (this.record.direction === "forward" ? this.goForward() : this.goBack());
    } catch (error) {
      // What is under way is done, and `resume` does it once more.
      if (this.steps.signal.aborted) return this.save({ state: "paused", why: "it was ended from outside" });
      await this.save({ state: "stopped", why: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  private async goForward(): Promise<UpgradeRecord> {
    // What stopped it before is tried once more.
    const { why: _, ...open } = this.record;
    this.record = open;
    await this.save({ state: "running" });
    await this.steps.choose(this.record.to);
    for (const { name } of this.record.batches.filter(({ state }) => state !== "done")) {
      if (this.steps.signal.aborted) return this.save({ state: "paused", why: "it was ended from outside" });
      if (await this.steps.isPauseWanted()) return this.save({ state: "paused", why: "`ldms upgrade pause`" });
      const problem = await this.upgrade(name);
      if (problem !== undefined) return this.stop(problem);
    }
    // What has failed, as it may, fails once more; the next `up` tries it again.
    const known = new Set(this.failedBefore(""));
    const failures = (await this.steps.deployAll()).filter(({ host }) => host === undefined || !known.has(host));
    if (failures.length > 0) return this.stop(`the last run, of the whole stack: ${failures.map(({ message }) => message).join("; ")}`);
    const why = known.size > 0 ? { why: `but for ${foldHosts([...known])}, which failed` } : {};
    return this.save({ state: "ended", endTime: nowSeconds(), ...why });
  }

  /** @returns why it may not go on; undefined: it may */
  private async upgrade(name: string): Promise<string | undefined> {
    const batch = this.batch(name);
    const begunMs = Date.now();
    await this.saveBatch(name, { state: "begun", begunTime: Math.floor(begunMs / 1000) });
    const failures = await this.steps.deploy([batch], false);
    const end = await this.look(batch, failures);
    const tookSeconds = (Date.now() - begunMs) / 1000;
    const gaps = this.steps.takeGaps();
    this.record = { ...this.record, gaps: mergeGaps(this.record.gaps, gaps) };
    await this.saveBatch(name, { state: end.problem === undefined ? "done" : "failed", failed: end.failed, tookSeconds });
    this.steps.say(renderBatchEnd(this.record, this.batch(name), { tookSeconds, gaps, end }));
    return end.problem === undefined ? undefined : `${name}: ${end.problem}`;
  }

  /** Where more failed than may, nobody waits for their data. */
  private async look(batch: BatchRecord, failures: readonly DeployFailure[]): Promise<BatchEnd> {
    const { baseline, waitSeconds } = this.record;
    const failed = new Set(failures.flatMap(({ host }) => host ?? []));
    const excused = new Set([...this.failedBefore(batch.name), ...failed]);
    const isLost = failures.some(({ host }) => host === undefined) || failed.size > batch.maxFailures;
    const look = await this.steps.awaitData({ sinceMs: Date.now(), waitSeconds: isLost ? 0 : waitSeconds, excused });
    return judgeBatch(batch, failures, compareData(baseline, look, excused), look.causes);
  }

  private failedBefore(name: string): readonly string[] {
    return this.record.batches.filter((other) => other.name !== name && other.state === "done").flatMap(({ failed }) => failed);
  }

  private async stop(why: string): Promise<UpgradeRecord> {
    const untouched = untouchedHosts(this.record);
    this.steps.say(`stopped: ${why}`);
    this.steps.say(`${untouched.length > 0 ? foldHosts(untouched) : "no host"} untouched`);
    await this.save({ state: "stopped", why });
    if (this.record.onFailure === "stop") return this.record;
    await this.save({ direction: "back" });
    return this.goBack();
  }

  /** What was begun last goes back first, so that who pulls is never older than who is pulled. What fails holds up nothing, and there is no canary. */
  private async goBack(): Promise<UpgradeRecord> {
    await this.save({ state: "running" });
    const hosts = touchedHosts(this.record);
    this.steps.say(hosts.length > 0 ? `going back to ${this.record.from.tag}: ${foldHosts(hosts)}` : "no host has to go back");
    await this.steps.choose(this.record.from);
    const begunMs = Date.now();
    const failures: DeployFailure[] = [];
    for (const batches of this.groupsToGoBack()) {
      const found = await this.steps.deploy(batches, true);
      failures.push(...found);
      if (this.steps.signal.aborted) return this.save({ state: "paused", why: "it was ended from outside" });
      if (found.length === 0) for (const { name } of batches) await this.saveBatch(name, { state: "back" });
    }
    return failures.length > 0 ? this.stayOpen(failures) : this.endBack(begunMs, hosts.length > 0);
  }

  /** A group at once; where a batch needs the one before it, each by itself. */
  private groupsToGoBack(): readonly (readonly BatchRecord[])[] {
    const touched = this.record.batches.filter(isTouched);
    return [...groupBy(touched, ({ group, name, isChained }) => (isChained ? name : group)).values()].reverse();
  }

  private stayOpen(failures: readonly DeployFailure[]): Promise<UpgradeRecord> {
    const lines: HostLine[] = failures.map(({ host = "", message }) => ({ host, text: message }));
    for (const { host, text } of lines) this.steps.say(host === "" ? text : `${host}: ${text}`);
    return this.save({ state: "stopped", why: `${this.record.why ?? "abort"}; not all of it went back` });
  }

  private async endBack(begunMs: number, hasChanged: boolean): Promise<UpgradeRecord> {
    const { baseline, waitSeconds } = this.record;
    const failures = await this.steps.deployAll();
    if (failures.length > 0) return this.stayOpen(failures);
    if (hasChanged) {
      const look = await this.steps.awaitData({ sinceMs: Date.now(), waitSeconds, excused: new Set() });
      this.record = { ...this.record, gaps: mergeGaps(this.record.gaps, this.steps.takeGaps()) };
      this.steps.say(`went back in ${((Date.now() - begunMs) / 1000).toFixed(0)} s`);
      for (const line of renderLack(compareData(baseline, look, new Set()), look.causes)) this.steps.say(line);
    }
    return this.save({ state: "ended", endTime: nowSeconds() });
  }

  private batch(name: string): BatchRecord {
    return this.record.batches.find((one) => one.name === name)!;
  }

  private async saveBatch(name: string, change: Partial<BatchRecord>): Promise<void> {
    await this.save({ batches: this.record.batches.map((one) => (one.name === name ? { ...one, ...change } : one)) });
  }

  private async save(change: Partial<UpgradeRecord>): Promise<UpgradeRecord> {
    this.record = { ...this.record, ...change };
    await this.steps.save(this.record);
    return this.record;
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
