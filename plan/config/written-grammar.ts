import type { ClusterConfig } from "./config";

/** The grammar of the ldms_cfg.yaml that the plan writes; undefined where it writes none: without maestro, or with a `configFile` of the site's. */
export function writtenGrammar({ maestro }: Pick<ClusterConfig, "maestro">): "A" | "C" | undefined {
  return maestro?.configFile === undefined ? maestro?.grammar : undefined;
}
