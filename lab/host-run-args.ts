import {
  LAB_HOSTS,
  LAB_INTERCONNECT,
  LAB_LABEL,
  LAB_NETWORK,
  type LabHost,
  type LabNetwork,
  REGISTRY_ADDRESS,
  REGISTRY_CONTAINER,
} from "./names";

/** What `docker info` says of the machine. */
export type CgroupVersion = "1" | "2";

export interface LabContainerArgs {
  /** Id of the image (`sha256:…`): a rebuilt image gives other arguments, so its containers are made again. */
  readonly image: string;
  /** Beside the lab's own: `ldms.lab.id=…`. */
  readonly labels: readonly string[];
}

/**
 * All that `--privileged` adds to Docker's default capabilities, less SYS_RESOURCE: an engine that runs in a sandbox may lack that one,
 * and then refuses `--privileged` altogether.
 */
const CAPABILITIES = [
  "AUDIT_CONTROL",
  "AUDIT_READ",
  "BLOCK_SUSPEND",
  "DAC_READ_SEARCH",
  "IPC_LOCK",
  "IPC_OWNER",
  "LEASE",
  "LINUX_IMMUTABLE",
  "MAC_ADMIN",
  "MAC_OVERRIDE",
  "NET_ADMIN",
  "NET_BROADCAST",
  "SYSLOG",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_MODULE",
  "SYS_NICE",
  "SYS_PACCT",
  "SYS_PTRACE",
  "SYS_RAWIO",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "WAKE_ALARM",
] as const;

/** Lets the container run an engine whose containers may be `--privileged --network=host --pid=host`. */
export function nestingArgs(cgroup: CgroupVersion): readonly string[] {
  switch (cgroup) {
    case "1":
      return [
        ...CAPABILITIES.flatMap((capability) => ["--cap-add", capability]),
        ...["seccomp", "apparmor", "systempaths"].flatMap((what) => ["--security-opt", `${what}=unconfined`]),
        "--cgroupns=host",
        ...["--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"],
      ];
    // Untried: the machines at hand had cgroup v1. What the docker:dind image documents.
    case "2":
      return ["--privileged", "--cgroupns=private"];
    default:
      return cgroup satisfies never;
  }
}

/** The arguments of `docker` that make one host, not yet started and not yet on the interconnect. */
export function hostRunArgs(host: LabHost, cgroup: CgroupVersion, { image, labels }: LabContainerArgs): readonly string[] {
  const names = LAB_HOSTS.flatMap((other) => [`${other.name}:${other.address}`, `${other.interconnectName}:${other.interconnectAddress}`]);
  return [
    ...["create", "--name", host.container, "--hostname", host.name, "--init"],
    ...[LAB_LABEL, ...labels].flatMap((label) => ["--label", label]),
    ...["--network", LAB_NETWORK.name, "--ip", host.address],
    ...names.flatMap((name) => ["--add-host", name]),
    // overlayfs does not stack on overlayfs, and /run is empty after a host's restart.
    ...["--mount", `type=volume,destination=/var/lib/docker,volume-label=${LAB_LABEL}`, "--tmpfs", "/run:exec,mode=755"],
    ...nestingArgs(cgroup),
    image,
  ];
}

/** The arguments of `docker` that put a host on the interconnect. */
export function interconnectArgs(host: LabHost): readonly string[] {
  return ["network", "connect", "--ip", host.interconnectAddress, LAB_INTERCONNECT.name, host.container];
}

/** The arguments of `docker` that make the registry, not yet started. */
export function registryRunArgs({ image, labels }: LabContainerArgs): readonly string[] {
  return [
    ...["create", "--name", REGISTRY_CONTAINER, "--hostname", "registry", "--init"],
    ...[LAB_LABEL, ...labels].flatMap((label) => ["--label", label]),
    ...["--network", LAB_NETWORK.name, "--ip", REGISTRY_ADDRESS],
    ...["--mount", `type=volume,destination=/var/lib/docker-registry,volume-label=${LAB_LABEL}`],
    image,
  ];
}

export function networkArgs(network: LabNetwork): readonly string[] {
  return ["network", "create", "--label", LAB_LABEL, "--subnet", network.subnet, network.name];
}
