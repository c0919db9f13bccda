import type { CreateBody } from "../../engine/providers/docker/container-property";
import type { PropertyValue } from "../../stack/property-value";

/** One input of a container, as a program writes it, as Docker gets it, and what it looks like when somebody has changed it by hand. */
export interface ContainerExample {
  readonly value: PropertyValue;
  /** What the create call must hold. */
  readonly sent: { readonly Config?: object; readonly HostConfig?: object };
  /** A change made by hand, on the body that the container is made from. */
  readonly tamper: (body: CreateBody) => void;
  /** The whole of the diff that follows. */
  readonly diff: Readonly<Record<string, string>>;
}

const inHost = (sent: object, changed: object) => ({
  sent: { HostConfig: sent },
  tamper: (body: CreateBody) => void Object.assign(body.HostConfig, changed),
});
const inConfig = (sent: object, changed: object) => ({
  sent: { Config: sent },
  tamper: (body: CreateBody) => void Object.assign(body.Config, changed),
});

const MIB = 1024 * 1024;
const SECOND = 1e9;

const HEALTH = {
  Test: ["CMD", "true"],
  Retries: 3,
  Interval: 60 * SECOND,
  Timeout: 5 * SECOND,
  StartPeriod: 90 * SECOND,
  StartInterval: 0,
};

/** By input name; all of them together make a container that Docker accepts. */
export const CONTAINER_EXAMPLES: Readonly<Record<string, ContainerExample>> = {
  capabilities: {
    value: { adds: ["SYS_NICE"], drops: ["NET_RAW"] },
    ...inHost({ CapAdd: ["SYS_NICE"], CapDrop: ["NET_RAW"] }, { CapAdd: ["SYS_NICE", "SYS_PTRACE"] }),
    diff: { "capabilities.adds[1]": "delete-replace" },
  },
  command: {
    value: ["sleep", "1000"],
    ...inConfig({ Cmd: ["sleep", "1000"] }, { Cmd: ["sleep", "9"] }),
    diff: { "command[1]": "update-replace" },
  },
  devices: {
    value: [{ hostPath: "/dev/null", containerPath: "/dev/other" }, { hostPath: "/dev/zero" }],
    ...inHost(
      {
        Devices: [
          { PathOnHost: "/dev/null", PathInContainer: "/dev/other", CgroupPermissions: "rwm" },
          { PathOnHost: "/dev/zero", PathInContainer: "/dev/zero", CgroupPermissions: "rwm" },
        ],
      },
      { Devices: [{ PathOnHost: "/dev/zero", PathInContainer: "/dev/zero", CgroupPermissions: "r" }] },
    ),
    diff: { "devices[0]": "add-replace", "devices[1].permissions": "update-replace" },
  },
  entrypoints: {
    value: ["/usr/bin/env", "-i"],
    ...inConfig({ Entrypoint: ["/usr/bin/env", "-i"] }, { Entrypoint: ["/usr/bin/env"] }),
    diff: { "entrypoints[1]": "add-replace" },
  },
  envs: {
    value: ["COMPID=1", "EMPTY="],
    ...inConfig({ Env: ["COMPID=1", "EMPTY="] }, { Env: ["COMPID=2", "EMPTY=", "STRANGER=1"] }),
    diff: { "envs[0]": "update-replace", "envs[2]": "delete-replace" },
  },
  gpus: {
    value: "all",
    ...inHost(
      { DeviceRequests: [{ Driver: "", Count: -1, DeviceIDs: null, Capabilities: [["gpu"]], Options: {} }] },
      { DeviceRequests: null },
    ),
    diff: { gpus: "add-replace" },
  },
  healthcheck: {
    value: { tests: ["CMD", "true"], retries: 3, interval: "60s", timeout: "5s", startPeriod: "1m30s" },
    ...inConfig({ Healthcheck: HEALTH }, { Healthcheck: { ...HEALTH, Interval: 61 * SECOND } }),
    diff: { "healthcheck.interval": "update-replace" },
  },
  labels: {
    value: [
      { label: "ldms.stack", value: "test" },
      { label: "ldms.role", value: "sampler" },
    ],
    ...inConfig(
      { Labels: { "ldms.stack": "test", "ldms.role": "sampler" } },
      { Labels: { "ldms.stack": "test", "ldms.role": "aggregator", stranger: "1" } },
    ),
    diff: { "labels[1].value": "update-replace", "labels[2]": "delete-replace" },
  },
  logDriver: { value: "local", ...inHost({}, {}), ...logConfig("local", "json-file"), diff: { logDriver: "update-replace" } },
  logOpts: {
    value: { "max-size": "10m" },
    sent: { HostConfig: { LogConfig: { Type: "local", Config: { "max-size": "10m" } } } },
    tamper: (body) => Object.assign(body.HostConfig["LogConfig"] as object, { Config: { "max-size": "20m" } }),
    diff: { 'logOpts["max-size"]': "update-replace" },
  },
  memory: { value: 128, ...inHost({ Memory: 128 * MIB }, { Memory: 100 * MIB }), diff: { memory: "update" } },
  memorySwap: { value: 256, ...inHost({ MemorySwap: 256 * MIB }, { MemorySwap: 300 * MIB }), diff: { memorySwap: "update" } },
  networkMode: { value: "host", ...inHost({ NetworkMode: "host" }, { NetworkMode: "none" }), diff: { networkMode: "update-replace" } },
  pidMode: { value: "host", ...inHost({ PidMode: "host" }, { PidMode: "" }), diff: { pidMode: "update-replace" } },
  privileged: { value: false, ...inHost({ Privileged: false }, { Privileged: true }), diff: { privileged: "update-replace" } },
  readOnly: { value: true, ...inHost({ ReadonlyRootfs: true }, { ReadonlyRootfs: false }), diff: { readOnly: "update-replace" } },
  restart: {
    value: "on-failure",
    sent: { HostConfig: { RestartPolicy: { Name: "on-failure" } } },
    tamper: (body) => Object.assign(body.HostConfig["RestartPolicy"] as object, { Name: "no" }),
    diff: { restart: "update" },
  },
  securityOpts: {
    value: ["no-new-privileges", "systempaths=unconfined"],
    ...inHost(
      { SecurityOpt: ["no-new-privileges"], MaskedPaths: [], ReadonlyPaths: [] },
      { SecurityOpt: ["no-new-privileges", "seccomp=unconfined"] },
    ),
    diff: { "securityOpts[2]": "delete-replace" },
  },
  stopTimeout: { value: 7, ...inConfig({ StopTimeout: 7 }, { StopTimeout: 8 }), diff: { stopTimeout: "update-replace" } },
  tmpfs: {
    value: { "/tmp": "size=10m" },
    ...inHost({ Tmpfs: { "/tmp": "size=10m" } }, { Tmpfs: { "/tmp": "" } }),
    diff: { 'tmpfs["/tmp"]': "update-replace" },
  },
  ulimits: {
    value: [{ name: "nofile", soft: 1000, hard: 2000 }],
    ...inHost({ Ulimits: [{ Name: "nofile", Soft: 1000, Hard: 2000 }] }, { Ulimits: [{ Name: "nofile", Soft: 1001, Hard: 2000 }] }),
    diff: { "ulimits[0].soft": "update-replace" },
  },
  volumes: {
    value: [
      { hostPath: "/etc", containerPath: "/on host/etc", readOnly: true },
      { volumeName: "ldms-provider-test", containerPath: "/data" },
    ],
    ...inHost({ Binds: ["/etc:/on host/etc:ro", "ldms-provider-test:/data:rw"] }, { Binds: ["/etc:/on host/etc:rw", "/srv:/stranger"] }),
    diff: { "volumes[0].readOnly": "update-replace", "volumes[1]": "update-replace" },
  },
};

function logConfig(before: string, after: string) {
  return {
    sent: { HostConfig: { LogConfig: { Type: before, Config: { "max-size": "10m" } } } },
    tamper: (body: CreateBody) => void Object.assign(body.HostConfig["LogConfig"] as object, { Type: after }),
  };
}

/** All examples as one program would write them. */
export const ALL_INPUTS = Object.fromEntries(Object.entries(CONTAINER_EXAMPLES).map(([name, { value }]) => [name, value]));
