import type { PlannedStep } from "./builds/build-steps";
import type { StepName } from "./builds/source-names";
import type { Waiver } from "./rules/waivers";

/** The six images, by upstream's names. */
export type ImageName = "ldms-dev" | "ldms-samp" | "ldms-agg" | "ldms-maestro" | "ldms-ui" | "ldms-grafana";

export type Role = "sampler" | "aggregator" | "dsosd" | "maestro" | "ui" | "grafana";

/** Everything that one deployment consists of. Same config and facts, same plan; contains names of secrets, never values. */
export interface DeploymentPlan {
  readonly stack: string;
  /** One docker provider a host, or batches of hosts by way of a head. */
  readonly method: "docker" | "fan-out";
  /** For the method `fan-out`. */
  readonly fanOut?: PlannedFanOut;
  /** Parts of the stack that are worked on beside it from heads of their own; empty: none. */
  readonly furtherFanOuts: readonly PlannedFanOut[];
  /** In the order of `ldms:hosts`. Hosts without a container are left out. */
  readonly hosts: readonly PlannedHost[];
  /** The images that the containers use, sorted by name. */
  readonly images: readonly PlannedImage[];
  /** What the binaries of built images are made by, each after what it stands on; empty where the stack names no sources. */
  readonly steps: readonly PlannedStep[];
  /** Sorted by host (in the order of `hosts`), then in the order in which a host starts them. */
  readonly containers: readonly PlannedContainer[];
  readonly daemons: readonly PlannedDaemon[];
  readonly stores: readonly PlannedStore[];
  readonly munge: PlannedMunge;
  /** `privileged`: as upstream runs them; `minimal`: nothing but what plan/profile.ts gives each. */
  readonly profile: "privileged" | "minimal";
  /** Rules that the site lets be broken for a while. */
  readonly waivers: readonly Waiver[];
  /** `http://cygnus-07:3000`; absent where the stack has none. */
  readonly endpoints: { readonly ui?: string; readonly grafana?: string };
  /** How many dead sampler hosts an `up` skips instead of stopping; 0 or more. */
  readonly toleratedDeadHosts: number;
}

export interface PlannedHost {
  /** The name it is managed by: `cygnus-01`. */
  readonly name: string;
  /** The name daemons connect to: `cygnus-01-iw`. */
  readonly interconnectName: string;
  readonly connection: PlannedConnection;
  /** `rack7:5000`: where it pulls images from instead of their own registry. */
  readonly mirror?: string;
  /** TCP ports that this deployment's containers listen on at this host, sorted. */
  readonly ports: readonly PlannedPort[];
  /** Files below `/var/lib/ldms/STACK/`, sorted by path; delivered as one resource. */
  readonly files: readonly PlannedFile[];
  /** Named volumes that outlive their containers, sorted. */
  readonly volumes: readonly string[];
}

/** How a stack of many hosts, or a part of it, is worked on: from one head, group by group, each group in batches. */
export interface PlannedFanOut {
  /** `fan-out`, a further one `fan-out.rack7-head`: its resources' names begin with it. */
  readonly name: string;
  /** What its hosts are told of who works on them: the further head's name; empty for the first. */
  readonly claim: string;
  /** Hosts of the stack that another head works on: they have not left it. */
  readonly elsewhere: readonly string[];
  /** The machine on which clush or pdsh runs. */
  readonly head: { readonly name: string; readonly connection: PlannedConnection };
  /** Hosts that are worked on at once. */
  readonly window: number;
  /** For everything that one host has to do in one batch, image pulls included. */
  readonly hostTimeoutSeconds: number;
  readonly pulls: PlannedPulls;
  readonly groups: readonly PlannedGroup[];
}

/** What keeps the hosts of a batch from asking a registry all at once. */
export interface PlannedPulls {
  /** Hosts of a batch that pull at once, 1 to the window. */
  readonly limit: number;
  /** Longest wait before a pull, whole seconds; 0: none. */
  readonly jitterSeconds: number;
}

/** Hosts that get the same files and containers, but for the number in their name. */
export interface PlannedGroup {
  /** `samp`, `agg2-dsosd-maestro` */
  readonly name: string;
  readonly hosts: readonly PlannedMember[];
  /** How the head reaches its first host; the others by the same but for the address. */
  readonly connection: PlannedConnection;
  /** Of its first host, with the number in the host's name as `{number}` in their environment. */
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

export interface PlannedPort {
  readonly port: number;
  readonly container: string;
  /** `ldmsd`, `http`, `etcd`: for messages. */
  readonly purpose: string;
}

export type PlannedConnection = { readonly kind: "local" } | SshConnection;

export interface SshConnection {
  readonly kind: "ssh";
  /** Name or address to dial: `198.18.0.11`. */
  readonly address: string;
  readonly user: string;
  readonly port: number;
  /** Private key file on the machine that runs; absent: the agent's keys. */
  readonly keyFile?: string;
  /** Pinned host keys; absent: the first key seen is not checked and preview says so. */
  readonly knownHostsFile?: string;
  /** OpenSSH's list: `curve25519-sha256`; absent: its default. */
  readonly kexAlgorithms?: string;
  readonly jump?: { readonly address: string; readonly user: string; readonly port: number };
  readonly connectTimeoutSeconds: number;
}

export interface PlannedImage {
  readonly name: ImageName;
  /** `198.18.0.5:5000/ovishpc/ldms-samp:4.5.3` */
  readonly reference: string;
  /** Locked by the stack: `sha256:…`. */
  readonly digest?: string;
  readonly build?: PlannedBuild;
  /** Comes from a file instead of a registry. */
  readonly archive?: PlannedArchive;
}

/** A file of `docker save` and the image in it. */
export interface PlannedArchive {
  /** Relative to the project, or absolute: `archives/ldms-samp.tar.zst`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the file, hex. */
  readonly sha256: string;
  /** Of the image, as every engine that has loaded it knows it: `sha256:…`. */
  readonly id: string;
  /** `linux/amd64` */
  readonly platform: string;
}

export interface PlannedBuild {
  /** Folder with the recipe, relative to the project: `images/ldms-samp`. */
  readonly recipe: string;
  /** Folder that becomes the build context, relative to the project: `.ldms/contexts/lab/ldms-samp`. */
  readonly context: string;
  /** Folder with the binaries that go to /opt/ovis, relative to the project or absolute. */
  readonly ovis: string;
  /** Folder with the Grafana plugin, where it is not in `ovis`. */
  readonly dsosds?: string;
  /** The steps whose images have the binaries, where the folder is not there. */
  readonly steps?: readonly StepName[];
  /** `linux/amd64` */
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
}

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

/** A file on a host, written beside its place and renamed. */
export interface PlannedFile {
  /** `/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml` */
  readonly path: string;
  readonly container: string;
  /** Octal permissions: 0o600. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Tells two contents apart: SHA-256 of a text, the facts' fingerprint of a secret, `generated-50` for 50 generated bytes. */
  readonly fingerprint: string;
  readonly content: FileContent;
  /** Its delivery has the running container take a new content up, so that is no reason to replace the container. */
  readonly isTakenUpRunning?: true;
}

export type FileContent =
  | { readonly kind: "text"; readonly text: string }
  /** The value of the Pulumi config secret `ldms:secretName`; `base64`: the value is decoded first. */
  | { readonly kind: "secret"; readonly secretName: string; readonly encoding: "utf8" | "base64" }
  /** Made on the host from its random source when absent, then kept; known to no one else. */
  | { readonly kind: "generated"; readonly bytes: number };

/** One ldmsd: what ldms_cfg.yaml and `ldms controller` say of it. */
export interface PlannedDaemon {
  /** The container that runs it. */
  readonly container: string;
  readonly host: string;
  readonly role: "sampler" | "aggregator";
  /** 1 or 2 for aggregators, 0 for samplers. */
  readonly level: 0 | 1 | 2;
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

/** What only the edge can know of secrets and files; given to the plan, which stays pure. */
export interface PlanFacts {
  /** By config name (`mungeKey`). */
  readonly secrets: Readonly<Record<string, SecretFacts>>;
  /** Content of each file that a `configFile` names, by that path as written; absent when it cannot be read. */
  readonly ownFiles: Readonly<Record<string, string>>;
  /** What the files hold that `images.archive` names; absent: it names none that is read. */
  readonly archives?: readonly ArchiveFacts[];
}

/** One file, or folder, of `images.archive`. */
export type ArchiveFacts = ReadArchive | { readonly path: string; readonly problem: string };

export interface ReadArchive {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly images: readonly { readonly id: string; readonly tags: readonly string[]; readonly platform: string }[];
}

export interface SecretFacts {
  readonly lengthBytes: number;
  /** All bytes are the same, as in the key that upstream's images ship. */
  readonly isUniform: boolean;
  /** Of a munge key, which is kept so. @default true */
  readonly isBase64?: boolean;
  /** scrypt of the value, hex: tells two values apart without telling either. */
  readonly fingerprint: string;
}
