import { setTimeout as sleep } from "node:timers/promises";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { isVerified, readStores, type VerifyArgs, type VerifyReport } from "../observe/verify";
import { withHosts } from "../reach/with-hosts";
import { type AskedCounts, askChain } from "./ask-chain";
import type { Cause } from "./cause";
import { findCauses } from "./find-causes";

/** What the stores hold, and where the data of those that they miss stops; JSON as it is. */
export interface ChainReport extends VerifyReport {
  /** In the order of the links; empty: none is broken. */
  readonly causes: readonly Cause[];
  readonly samplers: SamplerCounts;
  /** What it took, the readings of the stores left out. */
  readonly asked: AskedCounts;
}

export interface SamplerCounts {
  readonly planned: number;
  /** Their sets are fresh wherever they are to arrive. */
  readonly fresh: number;
  /** Of the oldest set among them, in the aggregator that pulls it; absent where none is fresh. */
  readonly oldestAgeSeconds?: number;
}

const PAUSE_SECONDS = 1;

/**
 * Looks into the stores until every planned sampler has a fresh row in each, then walks from every sampler to its first broken link; all again until no
 * link is broken, or time is up: rows of before a fault, or of before its end, are fresh for a while.
 */
export async function verify(plan: DeploymentPlan, args: VerifyArgs): Promise<ChainReport> {
  const deadline = Date.now() + args.waitSeconds * 1000;
  const { signal } = args;
  const isTimeUp = () => Date.now() + PAUSE_SECONDS * 1000 > deadline;
  return withHosts(async (run) => {
    for (;;) {
      const stores = await readStores(run, plan, args);
      args.onLook?.(stores);
      // Where rows are missing something is broken: what that is, is asked once, at the end.
      if (isVerified(stores) || isTimeUp()) {
        const report = await walkChain({ run, plan, signal }, stores);
        if (isChainWhole(report) || isTimeUp()) return report;
      }
      await sleep(PAUSE_SECONDS * 1000, undefined, { ...(signal && { signal }) });
    }
  }, plan);
}

async function walkChain(args: Parameters<typeof askChain>[0], report: VerifyReport): Promise<ChainReport> {
  const { answers, walked, aggregators, asked } = await askChain(args);
  const causes = findCauses(args.plan, { answers, walked, checks: report.stores, aggregators });
  const fresh = walked.filter(({ broken }) => broken.length === 0);
  const ages = fresh.flatMap(({ ageSeconds }) => ageSeconds ?? []);
  const oldest = ages.reduce((a, b) => Math.max(a, b), 0);
  const samplers = { planned: walked.length, fresh: fresh.length, ...(ages.length > 0 && { oldestAgeSeconds: Math.round(oldest) }) };
  return { ...report, aggregators, causes, samplers, asked };
}

/** Rows of every sampler are in every store, and no link is broken. */
export function isChainWhole(report: ChainReport): boolean {
  return isVerified(report) && report.causes.length === 0;
}
