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

/** Looks into the stores until every planned sampler has a fresh row in each, or time is up; then walks from every sampler to its first broken link. */
export async function verify(plan: DeploymentPlan, args: VerifyArgs): Promise<ChainReport> {
  const deadline = Date.now() + args.waitSeconds * 1000;
  const { signal } = args;
  return withHosts(async (run) => {
    for (;;) {
      const report = await readStores(run, plan, args);
      args.onLook?.(report);
      if (!isVerified(report) && Date.now() + PAUSE_SECONDS * 1000 <= deadline) {
        await sleep(PAUSE_SECONDS * 1000, undefined, { ...(signal && { signal }) });
        continue;
      }
      const { answers, walked, aggregators, asked } = await askChain({ run, plan, signal });
      const causes = findCauses(plan, { answers, walked, checks: report.stores, aggregators });
      const fresh = walked.filter(({ broken }) => broken.length === 0);
      const ages = fresh.flatMap(({ ageSeconds }) => ageSeconds ?? []);
      const oldest = ages.reduce((a, b) => Math.max(a, b), 0);
      const samplers = { planned: walked.length, fresh: fresh.length, ...(ages.length > 0 && { oldestAgeSeconds: Math.round(oldest) }) };
      return { ...report, aggregators, causes, samplers, asked };
    }
  }, plan);
}

/** Rows of every sampler are in every store, and no link is broken. */
export function isChainWhole(report: ChainReport): boolean {
  return isVerified(report) && report.causes.length === 0;
}
