import type { ClusterConfig } from "../config/config";
import { planDaemonGroups } from "../daemons/daemon-group";
import { batchSeconds, listFanOuts } from "../fan-out/plan-fan-outs";
import { type DeploymentPlan, listContainers } from "../model/deployment-plan";
import type { PlannedFanOut } from "../model/fan-out";
import { planAggregatorLoads, type ScaledGroup } from "./aggregator-load";
import type { ScaleAssumptions } from "./assumptions";
import { type MaestroLoad, planMaestroLoad } from "./maestro-load";
import { type PullLoad, planPullLoads } from "./pull-load";

/** What the work on a stack of this size is, before any of it is done. */
export interface ScalePlan {
  readonly stack: string;
  readonly hosts: number;
  readonly containers: number;
  readonly method: DeploymentPlan["method"];
  readonly assumptions: ScaleAssumptions;
  /** A head each; none for the method `docker`. */
  readonly fanOuts: readonly ScaledFanOut[];
  /** A registry or mirror each, those with the most hosts first. */
  readonly pulls: readonly PullLoad[];
  readonly aggregators: readonly ScaledGroup[];
  readonly maestro?: MaestroLoad;
}

export interface ScaledFanOut {
  readonly head: string;
  /** Hosts at once. */
  readonly window: number;
  readonly groups: readonly { readonly name: string; readonly hosts: number; readonly batches: readonly ScaledBatch[] }[];
}

export interface ScaledBatch {
  readonly hosts: number;
  /** How often a window of hosts is filled. */
  readonly waves: number;
  /** With every host at its time-out. */
  readonly longestSeconds: number;
}

export function planScale(config: ClusterConfig, plan: DeploymentPlan, assumptions: ScaleAssumptions): ScalePlan {
  const { groups } = planDaemonGroups(config);
  return {
    stack: plan.stack,
    hosts: plan.hosts.length,
    containers: listContainers(plan).length,
    method: plan.method,
    assumptions,
    fanOuts: listFanOuts(plan).map(scaleFanOut),
    pulls: planPullLoads(plan, assumptions),
    aggregators: planAggregatorLoads(config, groups, assumptions),
    ...(config.maestro && { maestro: planMaestroLoad(groups) }),
  };
}

function scaleFanOut(fanOut: PlannedFanOut): ScaledFanOut {
  return {
    head: fanOut.head.name,
    window: fanOut.window,
    groups: fanOut.groups.map(({ name, hosts, batches }) => ({
      name,
      hosts: hosts.length,
      batches: batches.map((batch) => ({
        hosts: batch.hosts.length,
        waves: Math.ceil(batch.hosts.length / fanOut.window),
        longestSeconds: batchSeconds(fanOut, batch.hosts.length),
      })),
    })),
  };
}
