import type { PropertyMap } from "../../../stack/property";
import type { Fields } from "../../provider/shape";
import { capabilities } from "./container-capabilities";
import { healthcheck } from "./container-health";
import { environment, labels, mapOfTexts, orderedTexts, setOfRecords, setOfTexts } from "./container-lists";
import { type ContainerProperty, outputOnly, providerOnly, scalar } from "./container-property";
import { DEVICES, EXTRA_HOSTS, ULIMITS, VOLUMES } from "./container-records";
import { cpus, image, mustRun, name, restart, securityOpts } from "./container-specials";

const MIB = 1024 * 1024;
/** Every input and output of `docker:index/container:Container`, by name. */
export const CONTAINER_PROPERTIES: Readonly<Record<string, ContainerProperty>> = {
  ...Object.fromEntries(["attach", "logs", "publishAllPorts"].map((property) => [property, outputOnly(false)])),
  ...Object.fromEntries(["containerLogs", "cpuPeriod", "cpuQuota", "gpus"].map((property) => [property, outputOnly(null)])),
  ...Object.fromEntries(
    [
      "deviceReadBps",
      "deviceReadIops",
      "deviceRequests",
      "deviceWriteBps",
      "deviceWriteIops",
      "dns",
      "dnsOpts",
      "dnsSearches",
      "mounts",
      "networksAdvanced",
      "ports",
      "uploads",
    ].map((property) => [property, outputOnly([])]),
  ),
  storageOpts: outputOnly({}),
  bridge: outputOnly(""),
  capabilities: capabilities(),
  cgroupParent: scalar("string", "HostConfig.CgroupParent", { isSilentUnset: true }),
  cgroupnsMode: scalar("string", "HostConfig.CgroupnsMode", { isSilentUnset: true }),
  command: orderedTexts("Config.Cmd"),
  containerReadRefreshTimeoutMilliseconds: providerOnly("number", 15000, 15000),
  cpuSet: scalar("string", "HostConfig.CpusetCpus", { isUpdatable: true }),
  cpuShares: scalar("number", "HostConfig.CpuShares", { isUpdatable: true }),
  cpus,
  destroyGraceSeconds: providerOnly("number", null),
  devices: setOfRecords("HostConfig.Devices", DEVICES),
  domainname: scalar("string", "Config.Domainname"),
  entrypoints: orderedTexts("Config.Entrypoint"),
  envs: environment(),
  groupAdds: setOfTexts("HostConfig.GroupAdd"),
  healthcheck: healthcheck(),
  hostname: scalar("string", "Config.Hostname"),
  hosts: setOfRecords("HostConfig.ExtraHosts", EXTRA_HOSTS),
  image,
  init: scalar("boolean", "HostConfig.Init"),
  ipcMode: scalar("string", "HostConfig.IpcMode"),
  labels: labels(),
  logDriver: scalar("string", "HostConfig.LogConfig.Type"),
  logOpts: mapOfTexts("HostConfig.LogConfig.Config", null),
  maxRetryCount: scalar("number", "HostConfig.RestartPolicy.MaximumRetryCount", { isUpdatable: true }),
  memory: scalar("number", "HostConfig.Memory", { scale: MIB, isUpdatable: true }),
  memoryReservation: scalar("number", "HostConfig.MemoryReservation", { scale: MIB, isUpdatable: true }),
  memorySwap: scalar("number", "HostConfig.MemorySwap", { scale: MIB, isUpdatable: true }),
  mustRun,
  name,
  networkMode: scalar("string", "HostConfig.NetworkMode", { field: { default: "bridge" } }),
  pidMode: scalar("string", "HostConfig.PidMode", { isSilentUnset: true }),
  privileged: scalar("boolean", "HostConfig.Privileged"),
  readOnly: scalar("boolean", "HostConfig.ReadonlyRootfs"),
  removeVolumes: providerOnly("boolean", true, true),
  restart,
  rm: scalar("boolean", "HostConfig.AutoRemove"),
  runtime: scalar("string", "HostConfig.Runtime"),
  securityOpts,
  shmSize: scalar("number", "HostConfig.ShmSize", { scale: MIB }),
  start: providerOnly("boolean", true, true),
  stdinOpen: scalar("boolean", "Config.OpenStdin"),
  stopSignal: scalar("string", "Config.StopSignal"),
  stopTimeout: scalar("number", "Config.StopTimeout"),
  sysctls: mapOfTexts("HostConfig.Sysctls"),
  tmpfs: mapOfTexts("HostConfig.Tmpfs"),
  tty: scalar("boolean", "Config.Tty"),
  ulimits: setOfRecords("HostConfig.Ulimits", ULIMITS),
  user: scalar("string", "Config.User"),
  usernsMode: scalar("string", "HostConfig.UsernsMode"),
  volumes: setOfRecords("HostConfig.Binds", VOLUMES),
  wait: providerOnly("boolean", false),
  waitTimeout: providerOnly("number", 60, 60),
  workingDir: scalar("string", "Config.WorkingDir"),
};

export const CONTAINER_FIELDS: Fields = Object.fromEntries(
  Object.entries(CONTAINER_PROPERTIES).flatMap(([property, { field }]) => (field === undefined ? [] : [[property, field]])),
);

/** Which properties a program has set, defaults included. */
export function setProperties(inputs: PropertyMap): [string, ContainerProperty][] {
  return Object.entries(CONTAINER_PROPERTIES).filter(([property, { field }]) => field !== undefined && inputs[property] !== undefined);
}
