import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedContainer, PlannedMount } from "../plan/model/container";

/** One planned container as `docker.Container` takes it: a translation of names, without a choice. */
export function containerArgs(container: PlannedContainer, imageId: pulumi.Input<string>): docker.ContainerArgs {
  const { healthCheck, log } = container;
  return {
    name: container.name,
    image: imageId,
    ...(container.entrypoint && { entrypoints: [...container.entrypoint] }),
    command: [...container.argv],
    envs: Object.entries(container.env).map(([name, value]) => `${name}=${value}`),
    volumes: container.mounts.map(volumeArgs),
    networkMode: container.networkMode,
    ...(container.pidMode && { pidMode: container.pidMode }),
    privileged: container.privileged,
    ...confinementArgs(container),
    restart: container.restart,
    healthcheck: {
      tests: [...healthCheck.test],
      interval: `${healthCheck.intervalSeconds}s`,
      timeout: `${healthCheck.timeoutSeconds}s`,
      startPeriod: `${healthCheck.startPeriodSeconds}s`,
      retries: healthCheck.retries,
    },
    logDriver: log.driver,
    logOpts: { "max-size": `${log.maxSizeMib}m`, "max-file": String(log.maxFiles) },
    stopTimeout: container.stopTimeoutSeconds,
    destroyGraceSeconds: container.stopTimeoutSeconds,
    labels: Object.entries(container.labels).map(([label, value]) => ({ label, value })),
  };
}

/** Lists that are empty are left out: the provider would read them back as not set. */
function confinementArgs(container: PlannedContainer): Partial<docker.ContainerArgs> {
  const { capabilities, devices, readOnlyRootFilesystem, tmpfs, securityOpts, memoryMib, ulimits } = container;
  const { add, drop } = capabilities;
  return {
    ...(add.length + drop.length > 0 && { capabilities: { adds: [...add], drops: [...drop] } }),
    ...(devices.length > 0 && {
      devices: devices.map(({ path, permissions }) => ({ hostPath: path, containerPath: path, permissions })),
    }),
    ...(readOnlyRootFilesystem && { readOnly: true }),
    ...(Object.keys(tmpfs).length > 0 && { tmpfs: { ...tmpfs } }),
    ...(securityOpts.length > 0 && { securityOpts: [...securityOpts] }),
    ...(memoryMib !== undefined && { memory: memoryMib }),
    ulimits: ulimits.map(({ name, limit }) => ({ name, soft: limit, hard: limit })),
  };
}

function volumeArgs(mount: PlannedMount): docker.types.input.ContainerVolume {
  const { containerPath, readOnly } = mount;
  switch (mount.kind) {
    case "bind":
      return { hostPath: mount.hostPath, containerPath, readOnly };
    case "volume":
      return { volumeName: mount.volume, containerPath, readOnly };
    default:
      return mount satisfies never;
  }
}
