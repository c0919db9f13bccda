import type { PlannedContainer } from "./container";
import type { PlannedFile } from "./file";
import type { PlannedConnection } from "./host";

/** How a stack of many hosts, or a part of it, is worked on: from one head, group by group, each group in batches. */
export interface PlannedFanOut {
  /** `fan-out`, a further one `fan-out.rack7-head`: its resources' names begin with it. */
  readonly name: string;
  /** What its hosts are told of who works on them: the further head's name; empty for the first. */
  readonly claim: string;
  /** Hosts of the stack that another head works on: they have not left it. */
  readonly elsewhere: readonly string[];
  /** The machine from which ssh reaches the hosts. */
  readonly head: { readonly name: string; readonly connection: PlannedConnection };
  /** Hosts that are worked on at once. */
  readonly window: number;
  /** For everything that one host has to do in one batch, image pulls included. */
  readonly hostTimeoutSeconds: number;
  readonly pulls: PlannedPulls;
  /** Most connections to hosts that are kept for the next verb; 0: none. */
  readonly keep: number;
  readonly groups: readonly PlannedGroup[];
}

/** What keeps the hosts of a batch from asking a registry all at once. */
export interface PlannedPulls {
  /** Hosts of a batch that pull at once, 1 to the window. */
  readonly limit: number;
  /** Longest wait before a pull, whole seconds; 0: none. */
  readonly jitterSeconds: number;
}

/** Hosts that get the same files and containers, but for their name and component id. */
export interface PlannedGroup {
  /** `samp`, `agg2-dsosd-maestro` */
  readonly name: string;
  readonly hosts: readonly PlannedMember[];
  /** How the head reaches its first host; the others by the same but for the address. */
  readonly connection: PlannedConnection;
  /** Of its first host, with what is the host's own as `{number}` and `{host}` in their environment. */
  readonly containers: readonly PlannedContainer[];
  readonly files: readonly PlannedFile[];
  readonly volumes: readonly string[];
  /** One after the other; what stops one stops the following. */
  readonly batches: readonly PlannedBatch[];
}

export interface PlannedMember {
  readonly name: string;
  /** As the head dials it. */
  readonly address: string;
  readonly mirror?: string;
  /** Of its ldmsds; absent: the number that its name ends in. */
  readonly componentId?: string;
}

export interface PlannedBatch {
  /** `samp-2` */
  readonly name: string;
  readonly hosts: readonly PlannedMember[];
  /** Hosts that may fail or be out of reach; one more is an error. */
  readonly maxFailures: number;
  /** How long its containers have to be healthy before the next batch; 0: not waited for. */
  readonly healthySeconds: number;
}
