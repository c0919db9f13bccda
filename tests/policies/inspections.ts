import type { FoundKey, InspectedContainer } from "../../plan/model/inspected";
import type { ContainerFacts, FileFacts } from "../../plan/rules/facts";

const BYTES_PER_MIB = 1024 * 1024;

/** `docker inspect` of a container of these facts; written apart from the reader, so that the two can disagree. */
export function inspectedWith(facts: ContainerFacts): InspectedContainer {
  const { name, env, entrypoint, argv, labels, role, mounts, capabilities, log } = facts;
  return {
    Name: `/${name}`,
    Image: "sha256:00",
    Config: {
      Image: "sha256:00",
      Env: Object.entries(env).map(([variable, value]) => `${variable}=${value}`),
      Cmd: [...argv],
      Entrypoint: entrypoint.length ? [...entrypoint] : null,
      Labels: { ...labels, ...(role && { "ldms.role": role }) },
      ...(facts.healthCheck && { Healthcheck: { Test: [...facts.healthCheck] } }),
    },
    HostConfig: {
      NetworkMode: facts.networkMode ?? "default",
      PidMode: facts.pidMode ?? "",
      IpcMode: facts.ipcMode ?? "private",
      UTSMode: facts.utsMode ?? "",
      UsernsMode: facts.usernsMode ?? "",
      VolumesFrom: facts.volumesFrom.length ? [...facts.volumesFrom] : null,
      Privileged: facts.privileged,
      CapAdd: capabilities.add.map((capability) => `CAP_${capability}`),
      CapDrop: [...capabilities.drop],
      Devices: facts.devices.map((path) => ({ PathOnHost: path })),
      DeviceRequests: facts.gpus === undefined ? null : [{ Count: -1, Capabilities: [["gpu"]] }],
      ReadonlyRootfs: facts.readOnlyRootFilesystem,
      Tmpfs: Object.fromEntries(facts.tmpfs.map((path) => [path, ""])),
      SecurityOpt: [...facts.securityOpts],
      Ulimits: Object.entries(facts.ulimits).map(([limit, hard]) => ({ Name: limit, Hard: hard })),
      Memory: (facts.memoryMib ?? 0) * BYTES_PER_MIB,
      RestartPolicy: { Name: facts.restart ?? "" },
      LogConfig: { Type: log.driver ?? "json-file", Config: log.maxSize === undefined ? {} : { "max-size": log.maxSize } },
    },
    Mounts: mounts.map(({ source, target, readOnly }) =>
      source.startsWith("/")
        ? { Type: "bind", Source: source, Destination: target, RW: !readOnly }
        : { Type: "volume", Name: source, Source: `/var/lib/docker/volumes/${source}`, Destination: target, RW: !readOnly },
    ),
  };
}

export function keyWith({ path, mode, owner, isUniform, lengthBytes }: FileFacts): FoundKey {
  return { path, mode, owner, isUniform: isUniform === true, lengthBytes: lengthBytes ?? 64 };
}
