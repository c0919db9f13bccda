import { setTimeout as sleep } from "node:timers/promises";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { askChain } from "../chain/ask-chain";
import { findCauses } from "../chain/find-causes";
import { readStores, type VerifyReport } from "../observe/verify";
import type { RunOn } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";
import { type Baseline, compareData, type DataLook, type Gaps } from "./compare-data";
import { RowGaps } from "./row-gaps";

export interface AwaitDataArgs {
  readonly sinceMs: number;
  /** 0 looks once. */
  readonly waitSeconds: number;
  readonly excused: ReadonlySet<string>;
}

const PAUSE_MS = 1000;

/** Reads the stores once a second for as long as an upgrade takes, so that no pause of the data is missed, and compares with what was before. */
export class DataWatch {
  private readonly rows: RowGaps;
  private latest: { readonly report: VerifyReport; readonly askedMs: number } | undefined;
  private failure: unknown;

  private constructor(
    private readonly run: RunOn,
    private readonly plan: DeploymentPlan,
    private readonly freshSeconds: number,
    private readonly signal: AbortSignal,
  ) {
    this.rows = new RowGaps(plan);
  }

  /**
   * @param freshSeconds rows a second are those of so long
   * @param sinceSeconds rows of so long ago are looked at first: a pause that nobody has watched
   */
  static during<T>(
    plan: DeploymentPlan,
    args: { readonly freshSeconds: number; readonly sinceSeconds?: number; readonly signal: AbortSignal },
    use: (watch: DataWatch) => Promise<T>,
  ): Promise<T> {
    return withHosts(async (run) => {
      const end = new AbortController();
      const watch = new DataWatch(run, plan, args.freshSeconds, AbortSignal.any([args.signal, end.signal]));
      const { sinceSeconds = 0 } = args;
      const watching = watch.watch(Math.max(sinceSeconds, args.freshSeconds));
      try {
        return await use(watch);
      } finally {
        end.abort();
        await watching;
      }
    }, plan);
  }

  /** As it is now. */
  async measure(): Promise<Baseline> {
    const { report } = await this.reading(Date.now());
    const { walked } = await askChain({ run: this.run, plan: this.plan, signal: this.signal });
    return {
      samplers: walked.filter(({ broken }) => broken.length === 0).map(({ sampler }) => sampler.host),
      stores: report.stores.map(({ store, present, rowsPerSecond }) => ({
        store,
        hosts: present,
        ...(rowsPerSecond !== undefined && { rowsPerSecond }),
      })),
      freshSeconds: this.freshSeconds,
    };
  }

  takeGaps(): Gaps {
    return this.rows.take();
  }

  /** The aggregators are asked once the stores have what they had, or time is up. */
  async awaitData(baseline: Baseline, { sinceMs, waitSeconds, excused }: AwaitDataArgs): Promise<DataLook> {
    const deadline = Date.now() + waitSeconds * 1000;
    for (;;) {
      const isLast = Date.now() + PAUSE_MS > deadline;
      const stores = await this.lookAtStores(sinceMs);
      const { lost, stores: problems } = compareData(baseline, { stores, causes: [] }, excused);
      if (isLast || lost.length + problems.length === 0) {
        const look = await this.walk(stores);
        const found = compareData(baseline, look, excused);
        if (isLast || found.lost.length + found.stores.length === 0) return look;
      }
      await sleep(PAUSE_MS, undefined, { signal: this.signal });
    }
  }

  private async lookAtStores(sinceMs: number): Promise<DataLook["stores"]> {
    const { report } = await this.reading(sinceMs);
    return report.stores.map(({ store, rowsPerSecond, faults }) => ({
      store,
      hosts: this.rows.hostsSince(store, sinceMs),
      ...(rowsPerSecond !== undefined && { rowsPerSecond }),
      faults: faults.map(({ host, message }) => `${host}: ${message}`),
    }));
  }

  private async walk(stores: DataLook["stores"]): Promise<DataLook> {
    const { run, plan, signal } = this;
    const { walked, answers, aggregators } = await askChain({ run, plan, signal });
    const causes = findCauses(plan, { answers, walked, checks: this.latest?.report.stores ?? [], aggregators });
    return { samplers: new Set(walked.filter(({ broken }) => broken.length === 0).map(({ sampler }) => sampler.host)), stores, causes };
  }

  /** One that was begun behind that moment. */
  private async reading(sinceMs: number): Promise<{ readonly report: VerifyReport; readonly askedMs: number }> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      if (this.latest && this.latest.askedMs >= sinceMs) return this.latest;
      await sleep(PAUSE_MS / 4, undefined, { signal: this.signal });
    }
  }

  private async watch(firstSeconds: number): Promise<void> {
    try {
      if (firstSeconds > this.freshSeconds) await this.read(firstSeconds, Date.now());
      for (;;) {
        const askedMs = Date.now();
        this.latest = { report: await this.read(this.freshSeconds, askedMs), askedMs };
        await sleep(PAUSE_MS, undefined, { signal: this.signal });
      }
    } catch (error) {
      // Whoever waits for a reading is told.
      this.failure = error;
    }
  }

  private read(freshSeconds: number, askedMs: number): Promise<VerifyReport> {
    return readStores(this.run, this.plan, {
      freshSeconds,
      signal: this.signal,
      onRows: ({ name }, { nowSeconds }, times) => this.rows.add(name, times, { nowSeconds, askedMs }),
    });
  }
}
