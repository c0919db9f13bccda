import type { PlannedContainer } from "../../plan/model/container";
import type { PlannedFile } from "../../plan/model/file";
import type { ContainerFacts, FileFacts } from "../../plan/rules/facts";

/** A planned container of these facts, as far as a plan can say them: its types have no other network, restart policy or log driver. */
export function plannedWith(facts: ContainerFacts): PlannedContainer {
  const { host, name, role, env, entrypoint, argv, labels, privileged, capabilities, securityOpts, memoryMib } = facts;
  const planned = {
    ...{
      host,
      name,
      role,
      env,
      argv,
      labels,
      privileged,
      capabilities,
      securityOpts,
      networkMode: facts.networkMode,
      restart: facts.restart,
    },
    image: "ldms-samp",
    ...(entrypoint.length && { entrypoint }),
    ...(facts.pidMode && { pidMode: facts.pidMode }),
    ...(memoryMib !== undefined && { memoryMib }),
    mounts: facts.mounts.map(({ source, target, readOnly }) =>
      source.startsWith("/")
        ? { kind: "bind", hostPath: source, containerPath: target, readOnly }
        : { kind: "volume", volume: source, containerPath: target, readOnly },
    ),
    devices: facts.devices.map((path) => ({ path, permissions: "rw" })),
    ...(facts.gpus && { gpus: facts.gpus }),
    readOnlyRootFilesystem: facts.readOnlyRootFilesystem,
    tmpfs: Object.fromEntries(facts.tmpfs.map((path) => [path, "size=1m"])),
    ulimits: Object.entries(facts.ulimits).map(([limit, hard]) => ({ name: limit, limit: hard })),
    healthCheck: { test: facts.healthCheck ?? [], intervalSeconds: 15, timeoutSeconds: 5, startPeriodSeconds: 5, retries: 3 },
    log: { driver: facts.log.driver, maxSizeMib: Number.parseInt(facts.log.maxSize ?? "0", 10), maxFiles: 3 },
    stopTimeoutSeconds: 10,
  };
  return planned as unknown as PlannedContainer;
}

export function fileWith({ path, mode, owner, fingerprint, text }: FileFacts): PlannedFile {
  const [uid, gid] = owner.split(":").map(Number);
  const content =
    text === undefined ? ({ kind: "secret", secretName: "mungeKey", encoding: "base64" } as const) : ({ kind: "text", text } as const);
  return { path, container: path.split("/")[5]!, mode: Number.parseInt(mode, 8), uid: uid!, gid: gid!, fingerprint, content };
}
