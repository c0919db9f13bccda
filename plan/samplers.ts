import type { ClusterConfig } from "./config/config";
import type { ContainerUnit, PlanContext } from "./container-unit";
import type { DaemonGroup } from "./daemon-group";
import { planLdmsds } from "./ldmsd";

/** A sampler holds nothing that a quick stop could lose. */
const STOP_TIMEOUT_SECONDS = 10;

export function planSamplers(context: PlanContext, config: ClusterConfig, group: DaemonGroup): ContainerUnit[] {
  return planLdmsds(context, config, group, { image: "ldms-samp", storeMounts: [], stopTimeoutSeconds: STOP_TIMEOUT_SECONDS });
}
