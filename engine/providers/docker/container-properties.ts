import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import type { Fields } from "../../provider/shape";
import { capabilities } from "./container-capabilities";
import { healthcheck } from "./container-health";
import { environment, labels, mapOfTexts, orderedTexts, setOfRecords } from "./container-lists";
import { type ContainerProperty, fixed, reported, scalar } from "./container-property";
import { DEVICES, ULIMITS, VOLUMES } from "./container-records";
import { gpus, image, mustRun, name, restart, securityOpts } from "./container-specials";

const MIB = 1024 * 1024;

/** Outputs of every container that are no inputs of this engine, as the real provider writes them. */
const CONSTANTS: Readonly<Record<string, PropertyValue>> = {
  attach: false,
  bridge: "",
  cgroupParent: null,
  cgroupnsMode: null,
  containerLogs: null,
  cpuPeriod: null,
  cpuQuota: null,
  cpuSet: "",
  cpuShares: 0,
  cpus: null,
  deviceReadBps: [],
  deviceReadIops: [],
  deviceRequests: [],
  deviceWriteBps: [],
  deviceWriteIops: [],
  dns: [],
  dnsOpts: [],
  dnsSearches: [],
  domainname: "",
  groupAdds: [],
  hosts: [],
  init: false,
  logs: false,
  maxRetryCount: 0,
  memoryReservation: 0,
  mounts: [],
  networksAdvanced: [],
  ports: [],
  publishAllPorts: false,
  rm: false,
  stdinOpen: false,
  storageOpts: {},
  sysctls: {},
  tty: false,
  uploads: [],
  usernsMode: "",
  wait: false,
};

/** Every input and output of `docker:index/container:Container`, by name. */
export const CONTAINER_PROPERTIES: Readonly<Record<string, ContainerProperty>> = {
  ...Object.fromEntries(Object.entries(CONSTANTS).map(([property, value]) => [property, { unset: () => value }])),
  capabilities: capabilities(),
  command: orderedTexts("Config.Cmd"),
  containerReadRefreshTimeoutMilliseconds: fixed("number", 15000),
  destroyGraceSeconds: { field: { shape: "number" }, unset: () => null, isUpdatable: true },
  devices: setOfRecords("HostConfig.Devices", DEVICES),
  entrypoints: orderedTexts("Config.Entrypoint"),
  envs: environment(),
  gpus,
  healthcheck: healthcheck(),
  hostname: reported("string", "Config.Hostname"),
  image,
  ipcMode: reported("string", "HostConfig.IpcMode"),
  labels: labels(),
  logDriver: scalar("string", "HostConfig.LogConfig.Type"),
  logOpts: mapOfTexts("HostConfig.LogConfig.Config", null),
  memory: scalar("number", "HostConfig.Memory", { scale: MIB, isUpdatable: true }),
  // No program sets it, but `ignoreChanges` puts the state's own in its place.
  memorySwap: scalar("number", "HostConfig.MemorySwap", { scale: MIB, isUpdatable: true }),
  mustRun,
  name,
  networkMode: scalar("string", "HostConfig.NetworkMode", { field: { default: "bridge" } }),
  pidMode: scalar("string", "HostConfig.PidMode", { isSilentUnset: true }),
  privileged: scalar("boolean", "HostConfig.Privileged"),
  readOnly: scalar("boolean", "HostConfig.ReadonlyRootfs"),
  removeVolumes: fixed("boolean", true),
  restart,
  runtime: reported("string", "HostConfig.Runtime"),
  securityOpts,
  shmSize: reported("number", "HostConfig.ShmSize", { scale: MIB }),
  start: fixed("boolean", true),
  stopSignal: reported("string", "Config.StopSignal"),
  stopTimeout: scalar("number", "Config.StopTimeout"),
  tmpfs: mapOfTexts("HostConfig.Tmpfs"),
  ulimits: setOfRecords("HostConfig.Ulimits", ULIMITS),
  user: reported("string", "Config.User"),
  volumes: setOfRecords("HostConfig.Binds", VOLUMES),
  waitTimeout: fixed("number", 60),
  workingDir: reported("string", "Config.WorkingDir"),
};

export const CONTAINER_FIELDS: Fields = Object.fromEntries(
  Object.entries(CONTAINER_PROPERTIES).flatMap(([property, { field }]) => (field === undefined ? [] : [[property, field]])),
);

/** Which properties a program has set, defaults included. */
export function setProperties(inputs: PropertyMap): [string, ContainerProperty][] {
  return Object.entries(CONTAINER_PROPERTIES).filter(([property, { field }]) => field !== undefined && inputs[property] !== undefined);
}
