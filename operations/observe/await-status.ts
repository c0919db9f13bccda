import { setTimeout as sleep } from "node:timers/promises";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { isAllWell, type StatusArgs, type StatusReport, status } from "./status";

export interface AwaitStatusArgs extends StatusArgs {
  /** At most so long; 0 looks once. @default 0 */
  readonly waitSeconds?: number;
}

const LOOK_AGAIN_MS = 2000;

/** Looks until all is well, or time is up. */
export async function awaitStatus(plan: DeploymentPlan, { waitSeconds = 0, signal }: AwaitStatusArgs = {}): Promise<StatusReport> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    const report = await status(plan, { ...(signal && { signal }) });
    if (isAllWell(report) || Date.now() + LOOK_AGAIN_MS > deadline) return report;
    await sleep(LOOK_AGAIN_MS, undefined, { ...(signal && { signal }) });
  }
}
