import type { ClusterConfig } from "./config/config";
import type { ContainerUnit, PlanContext } from "./container-unit";
import type { DaemonGroup } from "./daemon-group";
import { planLdmsds } from "./ldmsd";
import type { OwnFiles } from "./own-files/own-files";
import { planDsosds, storeMounts } from "./storage";

/** Time to flush and close the stores. */
const STOP_TIMEOUT_SECONDS = 30;

/** The aggregators of a group, each followed by the dsosd that serves its stores. */
export function planAggregators(context: PlanContext, config: ClusterConfig, group: DaemonGroup, own: OwnFiles): ContainerUnit[] {
  const daemons = planLdmsds(context, config, group, {
    image: "ldms-agg",
    storeMounts: storeMounts(group),
    stopTimeoutSeconds: STOP_TIMEOUT_SECONDS,
  });
  return [...daemons, ...planDsosds(context, group, own.dsosdJsonOf.get(group.aggregator!.name))];
}
