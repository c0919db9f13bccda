/** The groups of a stack and what flows between them, for people to look at; JSON as it is. */
export interface SiteTopology {
  readonly stack: string;
  /** Samplers first, then aggregators by level, stores, UI, Grafana. */
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
  /** What no line shows: `maestro on cygnus-07 spreads the daemons over the aggregators`. */
  readonly notes: readonly string[];
  /** Aggregators that were asked and did not tell; absent: nobody was asked. */
  readonly faults?: readonly { readonly host: string; readonly message: string }[];
}

export type NodeKind = "samplers" | "aggregators" | "store" | "ui" | "grafana";

export interface TopologyNode {
  /** Where it stands in the stack file: `samplers[0]`, `aggregators[1].stores[0]`, `ui`. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** 0 for samplers, 1 for the aggregators that pull them, and so on; stores, UI and Grafana behind the last level. */
  readonly column: number;
  readonly hosts: readonly string[];
  /** How many run; of a store, how many write it. */
  readonly daemons: number;
  /** `["rdma:411, munge", "meminfo 1s"]` */
  readonly facts: readonly string[];
  /** What the daemons of a group pull together, where the group pulls several; absent: not asked, or they do not tell. */
  readonly setsPerSecond?: number;
}

export interface TopologyEdge {
  /** Ids; data flows from the one to the other. */
  readonly from: string;
  readonly to: string;
  /** `advertise`: the lower one dials the upper one. */
  readonly kind: "pull" | "advertise" | "store" | "query";
  /** Of `from`, whose data goes this way. */
  readonly daemons: number;
  /** How often they are pulled: `["1s", "60s"]`; none where the daemons send by themselves. */
  readonly intervals: readonly string[];
  /** How many of the daemons are connected; absent: not asked, or the aggregator does not tell. */
  readonly connected?: number;
  readonly setsPerSecond?: number;
  readonly rowsPerSecond?: number;
}

/** Fewer are connected than should be. */
export function isBroken({ connected, daemons }: Pick<TopologyEdge, "connected" | "daemons">): boolean {
  return connected !== undefined && connected < daemons;
}
