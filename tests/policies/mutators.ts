import type { RegisteredResource } from "../../bench/registered-resources";
import { editFile, roleOf } from "./mutation-kit";
import { spell } from "./path-spellings";

type Inputs = RegisteredResource["props"];

/** A change of the registered resources, and the one rule that it breaks, by its name alone; none: it is harmless. */
export interface Mutator {
  readonly breaks?: string;
  /** Absent: one of all containers is given. */
  readonly roles?: readonly string[];
  readonly change: (props: Inputs, pick: <T>(choices: readonly T[]) => T, all: RegisteredResource[]) => void;
}

const LDMSDS = ["sampler", "aggregator"];
const SERVICES = ["maestro", "ui", "grafana"];
const STORES = ["aggregator", "dsosd"];

function add(props: Inputs, key: string, value: unknown): void {
  props[key] = [...((props[key] as unknown[] | undefined) ?? []), value];
}

/** Another container on its host, with files of its own. */
function secondOf(first: RegisteredResource): RegisteredResource {
  const name = String(first.props["name"]);
  const props = JSON.parse(JSON.stringify(first.props).replaceAll(`/${name}/`, `/${name}2/`)) as Inputs;
  return { ...first, name: `${first.name}2`, props: { ...props, name: `${name}2` } };
}

/** Gives an input one of some values. */
const set = (key: string, values: readonly unknown[]) => (props: Inputs, pick: <T>(choices: readonly T[]) => T) => {
  props[key] = pick(values);
};
/** Adds a bind of one of these folders, however it is spelled. */
const bind =
  (hostPaths: readonly string[], readOnly: readonly boolean[]): Mutator["change"] =>
  (props, pick) => {
    const hostPath = pick(hostPaths);
    add(props, "volumes", { hostPath: spell(hostPath, pick), containerPath: `/mnt${hostPath}`, readOnly: pick(readOnly) });
  };
const secret = (pick: <T>(choices: readonly T[]) => T) => Buffer.from(`S3cret${pick([1, 2, 3])}Zz`.repeat(5)).toString("base64");

/** Of one container. */
export const CONTAINER_MUTATORS: readonly Mutator[] = [
  { breaks: "no-sensitive-host-folders", change: bind(["/var/lib/ldms/cygnus/other/x", "/var/lib/ldms/other/samp/health"], [true]) },
  { breaks: "restarts-by-itself", change: set("restart", ["no", undefined, "never"]) },
  { breaks: "log-limited", change: set("logOpts", [undefined, {}, { "max-size": "-1" }]) },
  {
    breaks: "has-health-check",
    change: set("healthcheck", [undefined, { tests: ["NONE"] }, { tests: [] }]),
  },
  { breaks: "memory-limited", change: set("memory", [undefined, 0]) },
  { breaks: "memory-limit-holds-the-sets", roles: ["aggregator"], change: set("memory", [1, 32, 64]) },
  { breaks: "memory-limit-holds-the-sets", roles: ["sampler"], change: set("memory", [1, 4]) },
  {
    breaks: "set-memory-given",
    roles: LDMSDS,
    change: (props, pick) => {
      props["command"] = ["-x", "rdma:411", "-a", "munge", ...pick([[], ["-m"], ["-m", "-c", "/etc/ldms/ldmsd.conf"]])];
    },
  },
  {
    breaks: "ipc-namespace-of-its-own",
    change: (props) => {
      props["ipcMode"] = "host";
    },
  },
  {
    breaks: "joins-no-other-container",
    roles: SERVICES,
    change: set("pidMode", ["container:samp", "container:4f1a", "ns:/proc/1/ns/pid"]),
  },
  { breaks: "joins-no-other-container", change: set("ipcMode", ["container:samp"]) },
  { breaks: "joins-no-other-container", change: (props) => add(props, "volumes", { fromContainer: "samp" }) },
  { breaks: "uts-and-user-namespace-of-its-own", change: set("usernsMode", ["host"]) },
  { breaks: "no-core-files", change: set("ulimits", [[], [{ name: "core", soft: 0, hard: -1 }]]) },
  {
    breaks: "no-engine-socket",
    change: bind(["/var/run/docker.sock", "/run/docker.sock", "/run", "/run/containerd", "/run/user/1000/docker.sock"], [true, false]),
  },
  {
    breaks: "no-sensitive-host-folders",
    change: bind(
      [
        ...["/", "/bin", "/boot", "/etc", "/etc/ssh", "/home", "/proc", "/proc/1/root", "/root/.ssh", "/sbin", "/sys/kernel", "/usr/lib"],
        ...["/var", "/var/lib", "/var/lib/docker", "/var/lib/ldms", "/var/lib/ldms/cygnus", "/var/lib/ldms/cygnus/samp", "/var/spool/cron"],
      ],
      [true, false],
    ),
  },
  {
    breaks: "binds-allowed-for-role",
    change: bind(["/opt/site", "/srv", "/var/log"], [true]),
  },
  {
    breaks: "writable-binds-only-for-stores",
    roles: ["sampler", ...SERVICES],
    change: bind(["/store", "/srv/rows", "/scratch"], [false]),
  },
  {
    breaks: "stores-not-in-memory",
    roles: STORES,
    change: bind(["/dev/shm/s", "/tmp/s", "/run/s"], [false]),
  },
  {
    breaks: "munge-socket-read-only",
    roles: [...LDMSDS, "maestro"],
    change: (props) => {
      const [first, ...others] = props["volumes"] as Inputs[];
      props["volumes"] = [{ ...first, readOnly: false }, ...others];
    },
  },
  {
    breaks: "no-secret-in-settings",
    change: (props, pick) => add(props, "envs", `${pick(["SITE_PASSWORD", "API_TOKEN", "MUNGE_KEY"])}=x1`),
  },
  { breaks: "no-secret-in-settings", change: (props, pick) => add(props, "envs", `NOTE=${secret(pick)}`) },
  { breaks: "no-secret-in-settings", change: (props, pick) => add(props, "labels", { label: "note", value: secret(pick) }) },
  { breaks: "no-secret-in-settings", change: (props, pick) => add(props, "command", `--key=${secret(pick)}`) },
  {
    breaks: "capabilities-allowed-for-role",
    change: (props, pick) => {
      props["capabilities"] = { adds: [pick(["SYS_ADMIN", "CAP_SYS_MODULE", "NET_ADMIN", "ALL"])] };
    },
  },
  {
    breaks: "devices-allowed-for-role",
    change: (props, pick) => add(props, "devices", { hostPath: pick(["/dev/sda", "/dev/kvm", "/dev/infiniband/../mem"]) }),
  },
  { breaks: "devices-allowed-for-role", roles: SERVICES, change: (props) => add(props, "devices", { hostPath: "/dev/infiniband" }) },
  {
    breaks: "sampler-shares-host-pid",
    roles: ["sampler"],
    change: set("pidMode", [undefined, ""]),
  },
  {
    breaks: "service-does-not-share-host-pid",
    roles: SERVICES,
    change: (props) => {
      props["pidMode"] = "host";
    },
  },
  {
    breaks: "dsosd-beside-its-aggregator",
    roles: ["dsosd"],
    change: (props) => {
      props["pidMode"] = undefined;
    },
  },
  {
    breaks: "host-network-for-rdma",
    roles: LDMSDS,
    change: set("networkMode", ["bridge", "none", undefined]),
  },
  {
    breaks: "host-network",
    roles: [...SERVICES, "dsosd"],
    change: set("networkMode", ["bridge", "none"]),
  },
  {
    breaks: "ldmsd-authenticates",
    roles: LDMSDS,
    change: (props, pick) => {
      props["command"] = ["-x", "rdma:411", "-m", "64M", ...pick([[], ["-a", "none"]])];
    },
  },
  { breaks: "image-pinned-by-digest", change: set("image", ["ovishpc/x:latest", "x", "reg:5000/x:1"]) },
  {
    breaks: "component-ids-unique",
    roles: LDMSDS,
    change: set("envs", [[], ["COMPID=99", "COMPONENT_ID=98"], ["COMPID=9"]]),
  },
];

/** Of the stack as a whole, or of a delivery. */
export const STACK_MUTATORS: readonly Mutator[] = [
  {
    breaks: "ui-not-in-debug",
    change: (_, __, all) => editFile(all, "settings.py", (text) => text.replace("DEBUG = False", "DEBUG = True")),
  },
  { breaks: "ui-allowed-hosts-named", change: (_, __, all) => editFile(all, "settings.py", (text) => `${text}ALLOWED_HOSTS = ['*']\n`) },
  { breaks: "ui-secret-key-apart", change: (_, __, all) => editFile(all, "settings.py", (text) => `${text}SECRET_KEY = 'blabla'\n`) },
  {
    breaks: "samplers-pulled-once",
    change: (_, __, all) =>
      editFile(all, "ldms_cfg.yaml", (text) => text.replace(/- daemons: "samp-\[1-4\]"\n {8}/, '- daemons: "samp-[1-3]"\n        ')),
  },
  {
    breaks: "aggregators-lead-to-a-store",
    change: (_, __, all) =>
      editFile(all, "ldms_cfg.yaml", (text) => text.replace(/- daemons: "agg-\[11-12\]"\n {8}/, '- daemons: "agg-11"\n        ')),
  },
  {
    breaks: "maestro-names-every-daemon",
    change: (_, pick, all) => editFile(all, "ldms_cfg.yaml", (text) => text.replace("ports: 411", `ports: ${pick([412, 10411])}`)),
  },
  {
    breaks: "stored-containers-served",
    change: (_, __, all) => editFile(all, "dsosd.json", (text) => text.replace('"meminfo"', '"vmstat"')),
  },
  {
    breaks: "ui-asks-hosts-with-dsosd",
    change: (_, pick, all) => editFile(all, "dsosd.conf", (text) => `${text}cygnus-0${pick([1, 2, 8])}\n`),
  },
  {
    breaks: "one-dsosd-a-node",
    change: (_, __, all) => {
      const dsosd = all.find((one) => roleOf(one) === "dsosd")!;
      all.push(secondOf(dsosd));
    },
  },
  {
    breaks: "ports-do-not-collide-on-a-host",
    change: (_, pick, all) => {
      const chosen = pick(["cygnus-01-samp", "cygnus-05-agg1"]);
      const daemon = all.find(({ name }) => name === chosen)!;
      all.push(secondOf(daemon));
    },
  },
  {
    breaks: "one-munge-realm",
    change: (_, pick, all) => {
      const chosen = pick(["cygnus-01-samp", "cygnus-03-samp"]);
      all.find(({ name }) => name === chosen)!.props["volumes"] = [];
    },
  },
];

export const HARMLESS_MUTATORS: readonly Mutator[] = [
  { change: set("restart", ["always", "on-failure"]) },
  {
    change: (props, pick) => {
      props["logOpts"] = { "max-size": pick(["1m", "50m", "1g"]) };
    },
  },
  { change: set("logDriver", ["journald", "syslog", "local"]) },
  { change: set("memory", [5000, 8192, 65_536]) },
  { change: set("stopTimeout", [1, 60]) },
  { change: (props, pick) => add(props, "envs", pick(["TZ=UTC", "LDMSD_LOG_TIME_SEC=1", "API_TOKEN_FILE=/x", "KEYBOARD=us"])) },
  {
    change: (props, pick) =>
      add(props, "labels", { label: "site.owner", value: pick(["hpc", "sha256:00", "a long text about who owns it"]) }),
  },
  { roles: ["sampler"], change: bind(["/var/lib/ldms/cygnus/samp/health", "/var/lib/ldms/cygnus/samp/%etc%ldms%x.conf"], [true]) },
  {
    change: (props, pick) =>
      add(props, "volumes", { volumeName: pick(["data", "cache"]), containerPath: "/data", readOnly: pick([true, false]) }),
  },
  { roles: STORES, change: bind(["/store2", "/scratch/ldms", "/var/lib/ldms-rows"], [false]) },
  {
    change: (props, pick) => {
      props["capabilities"] = { adds: [pick(["NET_BIND_SERVICE", "CAP_CHOWN"])], drops: ["ALL"] };
    },
  },
  {
    roles: LDMSDS,
    change: (props, pick) => {
      props["capabilities"] = { adds: [pick(["IPC_LOCK", "SYS_PTRACE", "PERFMON"])] };
    },
  },
  {
    roles: LDMSDS,
    change: (props, pick) => add(props, "devices", { hostPath: pick(["/dev/infiniband", "/dev/infiniband/uverbs0", "/dev/cpu"]) }),
  },
  { change: set("ipcMode", ["private", "shareable"]) },
  { roles: LDMSDS, change: (props, pick) => add(props, "command", pick(["-vINFO", "--log_level=ERROR"])) },
  {
    change: (props) => {
      props["readOnly"] = true;
    },
  },
  {
    change: (props) => {
      props["image"] = `sha256:${"1".repeat(64)}`;
    },
  },
  { change: (_, pick, all) => editFile(all, "settings.py", (text) => `${text}TIME_ZONE = '${pick(["UTC", "Europe/Berlin"])}'\n`) },
];
