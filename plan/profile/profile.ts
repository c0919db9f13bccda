import type { PlannedDevice } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";

export type Profile = DeploymentPlan["profile"];

/** One thing that a container of the profile `minimal` is given, and why. */
export interface ProfileNeed {
  /** What makes a container need it: `any container`, `role maestro`, `munge mode key`, `xprt rdma`, `plugin rapl`. */
  readonly of: string;
  readonly capabilities?: readonly string[];
  readonly devices?: readonly PlannedDevice[];
  /** Size and, where it is not root's alone, owner and mode by path. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly securityOpts?: readonly string[];
  readonly reason: string;
}

const MSR: readonly PlannedDevice[] = [{ path: "/dev/cpu", permissions: "rw" }];
const INFINIBAND: readonly PlannedDevice[] = [{ path: "/dev/infiniband", permissions: "rw" }];
/** The user of munged in every image. */
const OF_MUNGE = "uid=101,gid=101,mode=0700";

/**
 * Docs and tests read it. The plugins are those of upstream's sources that reach beyond world-readable files and the network;
 * one without a row is given nothing more.
 */
export const PROFILE_NEEDS: readonly ProfileNeed[] = [
  {
    of: "any container",
    tmpfs: { "/run": "size=16m,mode=0755", "/tmp": "size=64m,mode=1777" },
    reason: "sockets, pid files and what the entrypoint keeps for the health check; temporary files",
  },
  {
    of: "port below 1024",
    capabilities: ["NET_BIND_SERVICE"],
    reason: "on the host's network, a port below 1024 (ldmsd's 411, the UI's 80) takes this to listen on",
  },
  {
    of: "role dsosd",
    capabilities: ["KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"],
    reason: "rpcbind, where the host has none: it listens on port 111, leaves root for a user of its own, and is to be ended with dsosd",
  },
  {
    of: "role maestro",
    tmpfs: { "/var/lib/etcd": "size=256m,mode=0700", "/var/log": "size=64m,mode=0755" },
    reason: "etcd's data, loaded anew at each start (it takes two files of 64 MiB at once), and its log",
  },
  {
    of: "role ui",
    tmpfs: { "/var/log": "size=64m,mode=0755" },
    reason: "the logs that settings.py names; accounts are in the volume",
  },
  {
    of: "role grafana",
    tmpfs: { "/var/log/grafana": "size=64m,mode=1777" },
    reason: "the log of an image that logs to a file; dashboards are in the volume",
  },
  {
    of: "munge mode key",
    capabilities: ["CHOWN", "DAC_READ_SEARCH", "SETGID", "SETUID"],
    tmpfs: { "/var/lib/munge": `size=1m,${OF_MUNGE}`, "/var/log/munge": `size=16m,${OF_MUNGE}` },
    reason: "the entrypoint reads the key, which is 0600 of munge, gives munge its folder and starts munged as munge; its seed and log",
  },
  {
    of: "xprt rdma",
    capabilities: ["IPC_LOCK"],
    devices: INFINIBAND,
    reason: "verbs and the connection manager are devices; memory that the adapter reads is locked, beyond the 64 KiB of the default limit",
  },
  {
    of: "plugin msr_interlagos",
    capabilities: ["SYS_RAWIO"],
    devices: MSR,
    reason: "reads and writes /dev/cpu/N/msr, which the kernel opens with this capability only",
  },
  { of: "plugin rapl", capabilities: ["PERFMON", "SYS_RAWIO"], devices: MSR, reason: "PAPI reads the energy counters by perf or by msr" },
  { of: "plugin variorum_sampler", capabilities: ["SYS_RAWIO"], devices: MSR, reason: "variorum reads power by msr" },
  { of: "plugin ldms_geopm_sampler", capabilities: ["SYS_RAWIO"], devices: MSR, reason: "GEOPM reads its signals by msr" },
  ...["papi_sampler", "syspapi_sampler", "hweventpapi", "perfevent", "perfevent2"].map((name) => ({
    of: `plugin ${name}`,
    capabilities: ["PERFMON"],
    reason: "perf_event_open, which Docker's seccomp profile lets pass with this capability only",
  })),
  ...["app_sampler", "linux_proc_sampler"].map((name) => ({
    of: `plugin ${name}`,
    capabilities: ["DAC_READ_SEARCH", "SYS_PTRACE"],
    securityOpts: ["apparmor=unconfined"],
    reason: "/proc/PID/fd, io, exe and syscall of other users' processes; Docker's AppArmor profile refuses them whatever the capability",
  })),
  ...["ibnet", "ibmad_sampler", "ibmad_records_sampler", "opa2"].map((name) => ({
    of: `plugin ${name}`,
    devices: INFINIBAND,
    reason: "asks the fabric by /dev/infiniband/umadN",
  })),
  { of: "plugin ipmireader", devices: [{ path: "/dev/ipmi0", permissions: "rw" }], reason: "asks the board's controller" },
  {
    of: "plugin procinterrupts",
    securityOpts: ["systempaths=unconfined"],
    reason: "/proc/interrupts, which newer versions of Docker hide",
  },
  { of: "plugin ibm_occ", securityOpts: ["systempaths=unconfined"], reason: "/sys/firmware, which Docker hides" },
];
