import type { ImageName } from "./image";

export type Role = "sampler" | "aggregator" | "dsosd" | "maestro" | "ui" | "grafana";

/** One `docker run`, whichever method carries it out. */
export interface PlannedContainer {
  readonly host: string;
  /** The name on its host: `samp`. */
  readonly name: string;
  readonly role: Role;
  readonly image: ImageName;
  /** Replaces the image's entrypoint where the role needs another program. */
  readonly entrypoint?: readonly string[];
  /** Arguments after the image: `["-x", "rdma:411", "-a", "munge"]`. */
  readonly argv: readonly string[];
  /** `{ COMPID: "1" }`, in the order written. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly PlannedMount[];
  readonly networkMode: "host";
  readonly pidMode?: "host";
  readonly privileged: boolean;
  readonly capabilities: PlannedCapabilities;
  readonly devices: readonly PlannedDevice[];
  /** Every GPU of the host, with the files that NVIDIA's container toolkit brings along; absent: none. */
  readonly gpus?: "all";
  readonly readOnlyRootFilesystem: boolean;
  /** Options by path: `{ "/run": "size=16m" }`, in the order written. */
  readonly tmpfs: Readonly<Record<string, string>>;
  /** `["no-new-privileges"]` */
  readonly securityOpts: readonly string[];
  readonly ulimits: readonly PlannedUlimit[];
  /** Limit of its memory in MiB; absent: none. */
  readonly memoryMib?: number;
  readonly restart: "unless-stopped";
  readonly healthCheck: HealthCheck;
  readonly log: { readonly driver: "json-file"; readonly maxSizeMib: number; readonly maxFiles: number };
  readonly stopTimeoutSeconds: number;
  /** `ldms.stack`, `ldms.role`, `ldms.spec`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of a container of the same host that starts first. */
  readonly startsAfter?: string;
}

/** What a container has of its host: all else is the same on every host of its group. */
export type ContainerPlace = Pick<PlannedContainer, "host" | "env">;

/** Names without `CAP_`, sorted: `{ add: ["SYS_PTRACE"], drop: ["ALL"] }`. */
export interface PlannedCapabilities {
  readonly add: readonly string[];
  readonly drop: readonly string[];
}

/** A device of the host at the same path in the container; a folder stands for every device below it. */
export interface PlannedDevice {
  /** `/dev/infiniband` */
  readonly path: string;
  readonly permissions: "r" | "rw" | "rwm";
}

/** Both limits of a resource: `{ name: "core", limit: 0 }`. */
export interface PlannedUlimit {
  readonly name: string;
  readonly limit: number;
}

export type PlannedMount =
  | { readonly kind: "bind"; readonly hostPath: string; readonly containerPath: string; readonly readOnly: boolean }
  | { readonly kind: "volume"; readonly volume: string; readonly containerPath: string; readonly readOnly: boolean };

export interface HealthCheck {
  /** Docker's test array: `["CMD-SHELL", "ldms_ls …"]`. */
  readonly test: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly startPeriodSeconds: number;
  readonly retries: number;
}
