import type { PlannedDevice } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { NeedSubject } from "./need-subject";

export type Profile = DeploymentPlan["profile"];

/** One thing that a container of the profile `minimal` is given, and why. */
export interface ProfileNeed {
  /** What makes a container need it. */
  readonly of: NeedSubject;
  readonly capabilities?: readonly string[];
  readonly devices?: readonly PlannedDevice[];
  /** Folders of the host, read-only at the same place. */
  readonly binds?: readonly string[];
  /** Size and, where it is not root's alone, owner and mode by path. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly securityOpts?: readonly string[];
  readonly reason: string;
}

const MSR: readonly PlannedDevice[] = [{ path: "/dev/cpu", permissions: "rw" }];
const INFINIBAND: readonly PlannedDevice[] = [{ path: "/dev/infiniband", permissions: "rw" }];
/** Where the kernel shows root what is not in /proc and /sys. */
const DEBUGFS = ["/sys/kernel/debug"];
/** The user of munged in every image. */
const OF_MUNGE = "uid=101,gid=101,mode=0700";

const ofPlugin = (plugin: string): NeedSubject => ({ kind: "plugin", plugin });

/** Docs and tests read it. The plugins are those of upstream's sources that reach beyond world-readable files and the network. */
export const PROFILE_NEEDS: readonly ProfileNeed[] = [
  {
    of: { kind: "any" },
    tmpfs: { "/run": "size=16m,mode=0755", "/tmp": "size=64m,mode=1777" },
    reason: "sockets, pid files and what the entrypoint keeps for the health check; temporary files",
  },
  {
    of: { kind: "low-port" },
    capabilities: ["NET_BIND_SERVICE"],
    reason: "listening on a port below 1024 of the host's network (ldmsd's 411, the UI's 80) needs this",
  },
  {
    of: { kind: "role", role: "dsosd" },
    capabilities: ["KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"],
    reason: "rpcbind, where the host runs none: it listens on port 111, goes from root to a user of its own, and is ended with dsosd",
  },
  {
    of: { kind: "role", role: "maestro" },
    tmpfs: { "/var/lib/etcd": "size=256m,mode=0700", "/var/log": "size=64m,mode=0755" },
    reason: "etcd's data, which is loaded anew at each start (two files of 64 MiB at once), and its log",
  },
  {
    of: { kind: "role", role: "ui" },
    tmpfs: { "/var/log": "size=64m,mode=0755" },
    reason: "the logs that settings.py names; accounts are in the volume",
  },
  {
    of: { kind: "role", role: "grafana" },
    tmpfs: { "/var/log/grafana": "size=64m,mode=1777" },
    reason: "the log of an image that logs to a file; dashboards are in the volume",
  },
  {
    of: { kind: "munge-key" },
    capabilities: ["CHOWN", "DAC_READ_SEARCH", "SETGID", "SETUID"],
    tmpfs: { "/var/lib/munge": `size=1m,${OF_MUNGE}`, "/var/log/munge": `size=16m,${OF_MUNGE}` },
    reason:
      "the entrypoint reads the key (mode 0600, owner munge), gives munge its folder, and starts munged as the user munge; munged's seed and log",
  },
  {
    of: { kind: "xprt", xprt: "rdma" },
    capabilities: ["IPC_LOCK"],
    devices: INFINIBAND,
    reason:
      "verbs and the connection manager are devices; the memory that the adapter reads is locked, and is more than the 64 KiB of the default limit",
  },
  {
    of: ofPlugin("msr_interlagos"),
    capabilities: ["SYS_RAWIO"],
    devices: MSR,
    reason: "reads and writes /dev/cpu/N/msr, which the kernel opens only with this capability",
  },
  {
    of: ofPlugin("rapl"),
    capabilities: ["PERFMON", "SYS_RAWIO"],
    devices: MSR,
    reason: "PAPI reads the energy counters by perf or by msr",
  },
  { of: ofPlugin("variorum_sampler"), capabilities: ["SYS_RAWIO"], devices: MSR, reason: "variorum reads power by msr" },
  { of: ofPlugin("ldms_geopm_sampler"), capabilities: ["SYS_RAWIO"], devices: MSR, reason: "GEOPM reads its signals by msr" },
  ...["papi_sampler", "syspapi_sampler", "hweventpapi", "perfevent", "perfevent2"].map((name) => ({
    of: ofPlugin(name),
    capabilities: ["PERFMON"],
    reason: "calls perf_event_open, which Docker's seccomp profile allows only with this capability",
  })),
  ...["app_sampler", "linux_proc_sampler"].map((name) => ({
    of: ofPlugin(name),
    capabilities: ["DAC_READ_SEARCH", "SYS_PTRACE"],
    securityOpts: ["apparmor=unconfined"],
    reason:
      "reads /proc/PID/fd, io, exe and syscall of other users' processes, which Docker's AppArmor profile refuses with any capability",
  })),
  ...["ibnet", "ibmad_sampler", "ibmad_records_sampler", "opa2"].map((name) => ({
    of: ofPlugin(name),
    devices: INFINIBAND,
    reason: "asks the fabric by /dev/infiniband/umadN",
  })),
  { of: ofPlugin("ipmireader"), devices: [{ path: "/dev/ipmi0", permissions: "rw" }], reason: "asks the board's controller" },
  {
    of: ofPlugin("procinterrupts"),
    securityOpts: ["systempaths=unconfined"],
    reason: "reads /proc/interrupts, which newer versions of Docker hide",
  },
  { of: ofPlugin("ibm_occ"), securityOpts: ["systempaths=unconfined"], reason: "reads /sys/firmware, which Docker hides" },
  ...["lustre2_client", "lustre_client", "lustre_mdc", "lnet_stats"].map((name) => ({
    of: ofPlugin(name),
    binds: DEBUGFS,
    reason: "Lustre 2.12 and later have their counters in debugfs, which no container has; earlier ones have them in /proc",
  })),
  {
    of: ofPlugin("dcgm_sampler"),
    reason:
      "asks the host's nv-hostengine at 127.0.0.1, which has /dev/nvidia*; where DCGM itself needs the GPUs, set `gpus: all` of the group",
  },
  {
    of: ofPlugin("rdc_sampler"),
    devices: [
      { path: "/dev/dri", permissions: "rw" },
      { path: "/dev/kfd", permissions: "rw" },
    ],
    reason: "RDC opens AMD's GPUs itself",
  },
  { of: ofPlugin("gpumetrics"), devices: [{ path: "/dev/dri", permissions: "rw" }], reason: "Level Zero opens Intel's GPUs itself" },
  {
    of: ofPlugin("slingshot_metrics"),
    devices: [{ path: "/dev/cxi0", permissions: "rw" }],
    reason: "libcxi opens each adapter of /sys/class/cxi; name a second one in the group's `devices`",
  },
  ...["slingshot_info", "cxi_sampler"].map((name) => ({
    of: ofPlugin(name),
    reason: "reads /sys/class/cxi, which each container has; for /var/run/cxi, which cxi_sampler reads, add it to the group's `mounts`",
  })),
];
