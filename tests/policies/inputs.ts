import type { ContainerFacts } from "../../plan/rules/facts";
import { CONTAINER_TYPE, type SeenResource } from "../../policies/resource-facts";

/** What the SDK puts in the place of a string that only `up` knows. @see @pulumi/policy, proxy.js */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Inputs of a resource that has these facts; written apart from the reader, so that the two can disagree. */
export function containerWith(facts: ContainerFacts): SeenResource {
  const { host, name, role, env, argv, entrypoint, mounts, capabilities, log } = facts;
  const labels = { ...facts.labels, ...(role && { "ldms.role": role }) };
  const props = {
    name,
    image: UNKNOWN_TEXT,
    networkMode: facts.networkMode,
    pidMode: facts.pidMode,
    ipcMode: facts.ipcMode,
    privileged: facts.privileged,
    envs: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    entrypoints: [...entrypoint],
    command: [...argv],
    labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
    volumes: mounts.map(({ source, target, readOnly }) => ({
      ...(source.startsWith("/") ? { hostPath: source } : { volumeName: source }),
      containerPath: target,
      readOnly,
    })),
    capabilities: { adds: capabilities.add.map((word) => `CAP_${word}`), drops: [...capabilities.drop] },
    devices: facts.devices.map((path) => ({ hostPath: path, containerPath: path, permissions: "rw" })),
    readOnly: facts.readOnlyRootFilesystem,
    tmpfs: Object.fromEntries(facts.tmpfs.map((path) => [path, "size=1m"])),
    securityOpts: [...facts.securityOpts],
    ulimits: Object.entries(facts.ulimits).map(([limit, hard]) => ({ name: limit, hard, soft: hard })),
    memory: facts.memoryMib,
    restart: facts.restart,
    healthcheck: facts.healthCheck && { tests: [...facts.healthCheck] },
    logDriver: log.driver,
    logOpts: log.maxSize === undefined ? {} : { "max-size": log.maxSize },
  };
  return {
    type: CONTAINER_TYPE,
    name: `${host}-${name}`,
    props: Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)),
  };
}
