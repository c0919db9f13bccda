import type { ClusterConfig } from "./config";

/** The images that a stack's containers are made from. */
export function usedImages({ samplers, aggregators, maestro, ui, grafana }: ClusterConfig) {
  return [
    ...(samplers.some(({ external }) => !external) ? (["ldms-samp"] as const) : []),
    ...(aggregators.length ? (["ldms-agg"] as const) : []),
    ...(maestro ? (["ldms-maestro"] as const) : []),
    ...(ui ? (["ldms-ui"] as const) : []),
    ...(grafana ? (["ldms-grafana"] as const) : []),
  ];
}
