/** One ldmsd: what ldms_cfg.yaml and `ldms controller` say of it. */
export interface PlannedDaemon {
  /** The container that runs it; of one that the stack does not start, the name of its group. */
  readonly container: string;
  /** It runs already, without a container. */
  readonly isExternal?: true;
  readonly host: string;
  readonly role: "sampler" | "aggregator";
  /** 0 for samplers, 1 for the aggregators that pull them, and so on. */
  readonly level: number;
  /** `rdma` */
  readonly xprt: string;
  readonly port: number;
  readonly auth: "munge" | "ovis" | "none";
  readonly componentId: number;
  /** Of an aggregator: what it asks its producers for; absent: nothing but their sets. */
  readonly subscriptions?: readonly PlannedSubscription[];
  /** Those that show whether its plugins work; absent: none does. */
  readonly sets?: readonly PlannedSet[];
}

/** A set that a plugin keeps for as long as its daemon runs. */
export interface PlannedSet {
  /** What its name ends in: `meminfo` of `cygnus-01/meminfo`. */
  readonly name: string;
  readonly schema: string;
  readonly intervalSeconds: number;
}

/** What one aggregator is to have of the level below, or several that maestro spreads it over. */
export interface PlannedPull {
  readonly aggregators: readonly { readonly host: string; readonly container: string }[];
  /** From one update to the next, of the slowest of its updaters. */
  readonly updateSeconds: number;
  /** One of them hands a set on when it has changed, and not before: no set's age says anything. */
  readonly updatesOnChange?: true;
  /** Which sets it takes of its producers; absent: all. `regex` is tried on their schemas or their instances. */
  readonly selections?: readonly { readonly regex: string; readonly field: "inst" | "schema" }[];
  readonly producers: readonly PlannedProducer[];
}

/** A daemon that an aggregator is to have among its producers. */
export interface PlannedProducer {
  readonly host: string;
  readonly container: string;
  /** `cygnus-01-iw:411`; absent: it dials the aggregator by itself. */
  readonly dialledAt?: string;
}

export interface PlannedSubscription {
  readonly service: "stream" | "message";
  /** Of the stream, or the tag of messages. */
  readonly name: string;
}

/** A store as `ldms verify` looks for it. */
export interface PlannedStore {
  readonly name: string;
  readonly host: string;
  readonly container: string;
  readonly plugin: string;
  /** Absent: it takes several, by a regular expression. */
  readonly schema?: string;
  /** Folder of its container inside the aggregator: `/store/meminfo`; absent: it has no files. */
  readonly path?: string;
  /** What a decomposition makes of the sets; absent: it has none. */
  readonly tables?: readonly StoredTable[];
  /** Hosts whose samplers have the plugin that fills this schema, and whose rows are awaited: not those of a plugin whose sets come and go. */
  readonly samplerHosts: readonly string[];
}

/** Rows of one kind in a store, and the columns that say whose they are and when they were sampled. */
export interface StoredTable {
  /** `meminfo` */
  readonly schema: string;
  /** In the store its name has a digest behind it: `meminfo_4b63562`. */
  readonly hasDigest?: true;
  readonly id: string;
  readonly time: string;
  /** By which SOS finds rows. */
  readonly index?: string;
}

/** A group of daemons that the site starts by itself. */
export interface PlannedExternal {
  readonly name: string;
  /** `["ldmsd", "-x", "sock:411", …]` */
  readonly argv: readonly string[];
  /** Of its `-c`; absent: the stack file says nothing of what it samples. */
  readonly conf?: string;
  readonly daemons: readonly ExternalDaemon[];
}

export interface ExternalDaemon {
  readonly host: string;
  readonly componentId: number;
  /** Where the aggregators that pull it dial it: `{ host: "cygnus-01-iw", port: 411 }`. */
  readonly dialledAt: readonly { readonly host: string; readonly port: number }[];
}

export interface PlannedMunge {
  readonly mode: "host" | "key" | "none";
  /** Folder of the hosts' socket, where it is not /run/munge. */
  readonly socketDir?: string;
  /** `key` by a Pulumi secret: its name. */
  readonly secretName?: string;
  /** `key` already on the hosts: its path there. */
  readonly hostPath?: string;
}
