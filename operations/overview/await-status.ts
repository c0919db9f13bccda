import { setTimeout as sleep } from "node:timers/promises";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { lookAgain } from "../common/look-again";
import { isAllWell } from "../observe/status";
import { withHosts } from "../reach/with-hosts";
import type { UpgradeProgress } from "../upgrade/upgrade-record";
import { type LookArgs, lookAtStack, type StackLook } from "./look-at-stack";

export interface AwaitStatusArgs extends LookArgs {
  /** At most so long; 0 looks once. @default 0 */
  readonly waitSeconds?: number;
  /** From one look to the next, until the signal comes; absent: nobody watches. */
  readonly watchSeconds?: number;
  readonly onLook?: (look: StackLook) => void;
  /** Of the stack, where one is open. */
  readonly findUpgrade?: () => Promise<UpgradeProgress | undefined>;
}

const LOOK_AGAIN_MS = 2000;

/** Looks until all is well, or time is up; or, to watch, until the signal comes. By one connection a host. */
export function awaitStatus(plan: DeploymentPlan, args: AwaitStatusArgs = {}): Promise<StackLook> {
  const { waitSeconds = 0, watchSeconds, onLook, findUpgrade, signal } = args;
  const deadline = Date.now() + waitSeconds * 1000;
  return withHosts(async (run) => {
    const lookOnce = async (): Promise<StackLook> => {
      const [found, upgrade] = await Promise.all([lookAtStack(run, plan, args), findUpgrade?.()]);
      return { ...found, ...(upgrade && { upgrade }) };
    };
    if (watchSeconds !== undefined) return lookAgain(lookOnce, { watchSeconds, onLook, signal });
    for (;;) {
      const look = await lookOnce();
      onLook?.(look);
      if (isAllWell(look) || Date.now() + LOOK_AGAIN_MS > deadline) return look;
      await sleep(LOOK_AGAIN_MS, undefined, { ...(signal && { signal }) });
    }
  }, plan);
}
