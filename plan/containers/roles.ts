import type { Role } from "../model/container";
import type { ImageName } from "../model/image";

/** What a container's memory limit follows from. */
export interface MemoryNeeds {
  /** What the daemon's own `-m` reserves for its sets, MiB; 0 where it has none. */
  readonly setMemoryMib: number;
  /** ldmsds of the whole stack. */
  readonly daemons: number;
}

/** All that a role is, whichever stack it is in. */
export interface RoleFacts {
  readonly image: ImageName;
  /** Runs ldmsd, which has `-x`, `-m`, a configuration file and a component id. */
  readonly isLdmsd: boolean;
  /** Serves people or other daemons; it has no need of the host's processes. */
  readonly isService: boolean;
  /** Keeps rows on its host. */
  readonly hasStores: boolean;
  /** ldmsd reads the host's /proc; dsosd has to be in the PID namespace of the ldmsd whose store it serves: SOS records owners by pid. */
  readonly sharesHostPid: boolean;
  /** A cluster goes on without one of them; without an aggregator it is blind. */
  readonly canBeSpared: boolean;
  /** Time to end by itself, with its stores flushed and closed. */
  readonly stopTimeoutSeconds: number;
  /** TCP ports of the host that it listens on whatever it is told. */
  readonly fixedPorts: readonly number[];
  /** Beyond what any of our containers may have (see the rule `capabilities-allowed-for-role`). */
  readonly capabilities: readonly string[];
  /** How many times its memory holds the daemon's sets. */
  readonly setCopies: 0 | 1 | 2;
  /** Limit of its memory, MiB: some times what a healthy one takes, so that only one that leaks meets it. [judgement] */
  readonly memoryLimitMib: (needs: MemoryNeeds) => number;
}

/** maestro's etcd at its defaults, on the loopback address. @see `/etc/cluster.yaml` in the image */
export const ETCD_PORTS = { clients: 2379, peers: 2380 } as const;

/** RDMA's locked memory, and what plugins take to read registers, counters and other users' processes. */
const LDMSD_CAPABILITIES = ["IPC_LOCK", "SYS_RAWIO", "PERFMON", "SYS_PTRACE"];

const SERVICE = {
  isLdmsd: false,
  isService: true,
  hasStores: false,
  sharesHostPid: false,
  canBeSpared: false,
  stopTimeoutSeconds: 10,
  fixedPorts: [],
  capabilities: [],
  setCopies: 0,
} as const;

/** In the order in which data flows, which is also the README's. */
export const ROLES: Readonly<Record<Role, RoleFacts>> = {
  sampler: {
    image: "ldms-samp",
    isLdmsd: true,
    isService: false,
    hasStores: false,
    sharesHostPid: true,
    canBeSpared: true,
    // It holds nothing that a quick stop could lose.
    stopTimeoutSeconds: 10,
    fixedPorts: [],
    capabilities: LDMSD_CAPABILITIES,
    setCopies: 1,
    memoryLimitMib: ({ setMemoryMib }) => 512 + setMemoryMib,
  },
  aggregator: {
    image: "ldms-agg",
    isLdmsd: true,
    isService: false,
    hasStores: true,
    sharesHostPid: true,
    canBeSpared: false,
    stopTimeoutSeconds: 30,
    fixedPorts: [],
    capabilities: LDMSD_CAPABILITIES,
    // What is received stands beside what is kept.
    setCopies: 2,
    // And the pages of SOS that wait to be written.
    memoryLimitMib: ({ setMemoryMib }) => 2560 + 2 * setMemoryMib,
  },
  dsosd: {
    ...SERVICE,
    image: "ldms-agg",
    isService: false,
    hasStores: true,
    sharesHostPid: true,
    // Ends the rpcbind that it has started, which is another user's by then.
    capabilities: ["KILL"],
    memoryLimitMib: () => 4096,
  },
  // etcd and maestro keep each daemon's configuration several times.
  maestro: { ...SERVICE, image: "ldms-maestro", fixedPorts: Object.values(ETCD_PORTS), memoryLimitMib: ({ daemons }) => 2048 + daemons },
  ui: { ...SERVICE, image: "ldms-ui", memoryLimitMib: () => 2048 },
  grafana: { ...SERVICE, image: "ldms-grafana", stopTimeoutSeconds: 30, memoryLimitMib: () => 2048 },
};

/** Whether a deployment goes on without a host that runs these. */
export function canBeSpared(containers: readonly { readonly role: Role }[]): boolean {
  return containers.every(({ role }) => ROLES[role].canBeSpared);
}

export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];
