/** One ldmsd: what ldms_cfg.yaml and `ldms controller` say of it. */
export interface PlannedDaemon {
  /** The container that runs it. */
  readonly container: string;
  readonly host: string;
  readonly role: "sampler" | "aggregator";
  /** 0 for samplers, 1 for the aggregators that pull them, and so on. */
  readonly level: number;
  /** `rdma` */
  readonly xprt: string;
  readonly port: number;
  readonly auth: "munge" | "none";
  readonly componentId: number;
}

/** A store as `ldms verify` looks for it. */
export interface PlannedStore {
  readonly name: string;
  readonly host: string;
  readonly container: string;
  readonly plugin: string;
  readonly schema: string;
  /** Folder of the SOS container inside the aggregator: `/store/meminfo`. */
  readonly path: string;
  /** Hosts whose samplers have the plugin that fills this schema, and whose rows are awaited: not those of a plugin whose sets come and go. */
  readonly samplerHosts: readonly string[];
}

export interface PlannedMunge {
  readonly mode: "host" | "key" | "none";
  /** `key` by a Pulumi secret: its name. */
  readonly secretName?: string;
  /** `key` already on the hosts: its path there. */
  readonly hostPath?: string;
}
