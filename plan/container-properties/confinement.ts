import { readMap, readMaps, readNumber, readText, readTexts } from "../text/read-value";
import { splitAssignment } from "../text/text";
import { allOf, type ContainerProperty, each, flag, lastOf, unlessEmpty, word } from "./property";

const BYTES_PER_MIB = 1024 ** 2;
const BYTES_OF_UNIT: Readonly<Record<string, number>> = { b: 1, k: 1024, m: BYTES_PER_MIB, g: 1024 ** 3 };

/** Without `CAP_`: `NET_BIND_SERVICE`. */
const capabilities: ContainerProperty<{ readonly add: readonly string[]; readonly drop: readonly string[] }> = {
  ofPlan: (container) => container.capabilities,
  options: ["--cap-drop", "--cap-add"],
  typed: ({ capabilities: { add, drop } }) => [...each("--cap-drop", drop), ...each("--cap-add", add)],
  ofTyped: (line) => ({ add: withoutPrefix(allOf(line, "--cap-add")), drop: withoutPrefix(allOf(line, "--cap-drop")) }),
  inputs: ({ capabilities: { add, drop } }) => (add.length + drop.length > 0 ? { capabilities: { adds: [...add], drops: [...drop] } } : {}),
  ofInputs: (read) => {
    const { adds, drops } = readMap(read("capabilities"));
    return { add: withoutPrefix(readTexts(adds)), drop: withoutPrefix(readTexts(drops)) };
  },
  ofInspected: ({ HostConfig: { CapAdd, CapDrop } }) => ({
    add: withoutPrefix(readTexts(CapAdd)),
    drop: withoutPrefix(readTexts(CapDrop)),
  }),
};

/** Docker takes `CAP_SYS_ADMIN` for `SYS_ADMIN`, and writes it with and without, by its version. */
function withoutPrefix(names: readonly string[]): string[] {
  return names.map((name) => name.replace(/^CAP_/, ""));
}

/** Paths on the host: `/dev/infiniband`. */
const devices: ContainerProperty<readonly string[]> = {
  ofPlan: (container) => container.devices.map(({ path }) => path),
  options: ["--device"],
  typed: (container) => container.devices.flatMap(({ path, permissions }) => ["--device", `${path}:${path}:${permissions}`]),
  ofTyped: (line) => allOf(line, "--device").map(firstPart),
  inputs: (container) =>
    unlessEmpty(
      "devices",
      container.devices.map(({ path, permissions }) => ({ hostPath: path, containerPath: path, permissions })),
    ),
  ofInputs: (read) => readMaps(read("devices")).map(({ hostPath }) => String(hostPath)),
  ofInspected: ({ HostConfig }) => readMaps(HostConfig["Devices"]).map(({ PathOnHost }) => String(PathOnHost)),
};

/** `all`, or as many as a number, or those of an id; undefined: none. */
const gpus: ContainerProperty<string | undefined> = {
  ofPlan: (container) => container.gpus,
  options: ["--gpus"],
  typed: (container) => each("--gpus", container.gpus ?? []),
  ofTyped: (line) => lastOf(line, "--gpus"),
  inputs: (container) => (container.gpus === undefined ? {} : { gpus: container.gpus }),
  ofInputs: (read) => readText(read("gpus")),
  ofInspected: ({ HostConfig }) => {
    const [request] = readMaps(HostConfig["DeviceRequests"]);
    if (request === undefined) return undefined;
    const { Count, DeviceIDs } = request;
    return Count === -1 ? "all" : readTexts(DeviceIDs).join(",") || String(Count);
  },
};

/** Paths in the container. */
const tmpfs: ContainerProperty<readonly string[]> = {
  ofPlan: (container) => Object.keys(container.tmpfs),
  options: ["--tmpfs"],
  typed: (container) => Object.entries(container.tmpfs).flatMap(([path, options]) => ["--tmpfs", `${path}:${options}`]),
  ofTyped: (line) => allOf(line, "--tmpfs").map(firstPart),
  inputs: (container) => (Object.keys(container.tmpfs).length > 0 ? { tmpfs: { ...container.tmpfs } } : {}),
  ofInputs: (read) => Object.keys(readMap(read("tmpfs"))),
  ofInspected: ({ HostConfig }) => Object.keys(readMap(HostConfig["Tmpfs"])),
};

/** `/dev/infiniband` of `/dev/infiniband:/dev/infiniband:rw` */
function firstPart(text: string): string {
  return text.split(":", 1)[0]!;
}

/** `no-new-privileges`, `seccomp=unconfined` */
const securityOpts: ContainerProperty<readonly string[]> = {
  ofPlan: (container) => container.securityOpts,
  options: ["--security-opt"],
  typed: (container) => each("--security-opt", container.securityOpts),
  ofTyped: (line) => allOf(line, "--security-opt"),
  inputs: (container) => unlessEmpty("securityOpts", [...container.securityOpts]),
  ofInputs: (read) => readTexts(read("securityOpts")),
  ofInspected: ({ HostConfig: { SecurityOpt, MaskedPaths } }) => [
    // The engine itself adds one to every privileged container.
    ...readTexts(SecurityOpt).filter((option) => option !== "label=disable"),
    // The docker CLI takes this one itself and sends the engine an empty list instead.
    ...(Array.isArray(MaskedPaths) && MaskedPaths.length === 0 ? ["systempaths=unconfined"] : []),
  ],
};

/** undefined: no limit. */
const memoryMib: ContainerProperty<number | undefined> = {
  ofPlan: (container) => container.memoryMib,
  options: ["--memory"],
  typed: (container) => (container.memoryMib === undefined ? [] : ["--memory", `${container.memoryMib}m`]),
  ofTyped: (line) => readMib(lastOf(line, "--memory")),
  inputs: (container) => (container.memoryMib === undefined ? {} : { memory: container.memoryMib }),
  ofInputs: (read) => toMib((readNumber(read("memory")) ?? 0) * BYTES_PER_MIB),
  ofInspected: ({ HostConfig }) => toMib(readNumber(HostConfig["Memory"])),
};

/** `64m`; a number alone is bytes. */
function readMib(text = ""): number | undefined {
  const [, amount, unit] = /^([0-9]+)([bkmg]?)b?$/i.exec(text) ?? [];
  return toMib(Number(amount) * BYTES_OF_UNIT[unit?.toLowerCase() || "b"]!);
}

/** 0 is no limit, and so is what is no number. */
function toMib(bytes = 0): number | undefined {
  return bytes > 0 ? Math.trunc(bytes / BYTES_PER_MIB) : undefined;
}

/** Hard limits by name: `{ core: 0 }`. */
const ulimits: ContainerProperty<Readonly<Record<string, number>>> = {
  ofPlan: (container) => Object.fromEntries(container.ulimits.map(({ name, limit }) => [name, limit])),
  options: ["--ulimit"],
  typed: (container) => container.ulimits.flatMap(({ name, limit }) => ["--ulimit", `${name}=${limit}`]),
  ofTyped: (line) => Object.fromEntries(allOf(line, "--ulimit").map(splitAssignment).map(readLimit)),
  inputs: (container) => ({ ulimits: container.ulimits.map(({ name, limit }) => ({ name, soft: limit, hard: limit })) }),
  ofInputs: (read) => Object.fromEntries(readMaps(read("ulimits")).map(({ name, hard }) => [String(name), Number(hard)])),
  ofInspected: ({ HostConfig }) =>
    Object.fromEntries(readMaps(HostConfig["Ulimits"]).map(({ Name, Hard }) => [String(Name), Number(Hard)])),
};

/** `nofile=1024:2048` has a soft limit before the hard one. */
function readLimit([name, limits]: readonly [string, string]): [string, number] {
  return [name, Number(limits.split(":").at(-1))];
}

/** What a container may do and use of its host. */
export const CONFINEMENT = {
  privileged: {
    ...flag({ option: "--privileged", input: "privileged", inspected: "Privileged" }, ({ privileged }) => privileged),
    inputs: ({ privileged }) => ({ privileged }),
  } satisfies ContainerProperty<boolean>,
  capabilities,
  devices,
  gpus,
  readOnlyRootFilesystem: flag(
    { option: "--read-only", input: "readOnly", inspected: "ReadonlyRootfs" },
    ({ readOnlyRootFilesystem }) => readOnlyRootFilesystem,
  ),
  tmpfs,
  securityOpts,
  memoryMib,
  ulimits,
};

/** Whose processes, network and users it shares. */
export const NAMESPACES = {
  networkMode: word({ option: "--network", input: "networkMode", inspected: "NetworkMode" }, ({ networkMode }) => networkMode),
  pidMode: word({ option: "--pid", input: "pidMode", inspected: "PidMode" }, ({ pidMode }) => pidMode),
  ipcMode: word({ option: "--ipc", input: "ipcMode", inspected: "IpcMode" }),
  utsMode: word({ option: "--uts", inspected: "UTSMode" }),
  usernsMode: word({ option: "--userns", input: "usernsMode", inspected: "UsernsMode" }),
};
