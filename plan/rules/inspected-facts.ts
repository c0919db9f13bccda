import type { Role } from "../model/container";
import { type DeploymentPlan, hostNamed } from "../model/deployment-plan";
import { splitAssignment } from "../text/text";
import { type ContainerFacts, type FileFacts, type ImageFacts, type MountFacts, readRole } from "./facts";
import type { InspectedContainer, InspectedHost, InspectedImage, InspectedMount } from "./inspected";

/** A container with the role that it is judged in, and what that was told by. */
export interface JudgedContainer {
  readonly facts: ContainerFacts;
  readonly image: ImageFacts;
  readonly toldBy: "label" | "image" | "name";
}

/** The last part of an image's name, upstream's and ours, older names among them. */
const ROLE_OF_IMAGE: Readonly<Record<string, Role>> = {
  "ldms-samp": "sampler",
  "ldms-agg": "aggregator",
  "ldms-maestro": "maestro",
  "ldms-ui": "ui",
  "ldms-web-svc": "ui",
  "ldms-grafana": "grafana",
};

/**
 * The containers of LDMS among all of a host, whoever started them: by the label `ldms.role`, else by the image that they run, else by having
 * the name of a container that the stack plans there. The others are nobody's business here.
 */
export function judgeInspected({ host, containers, images }: InspectedHost, plan: DeploymentPlan): JudgedContainer[] {
  const imageOf = new Map(images.map((image) => [image.Id, image]));
  const planned = new Map(hostNamed(plan, host).containers.map((one) => [one.name, one.role]));
  return containers.flatMap((container): JudgedContainer[] => {
    const image = imageOf.get(container.Image);
    const facts = factsOfInspected(container, image, host);
    const byLabel = facts.role;
    const byImage = byLabel ?? readImageRole(container, image);
    const role = byImage ?? planned.get(facts.name);
    if (!role) return [];
    const toldBy = byLabel ? "label" : byImage ? "image" : "name";
    return [{ facts: { ...facts, role }, image: { reference: container.Config.Image, hosts: [host], isThere: true }, toldBy }];
  });
}

/** The reverse of `docker run`, of what the rules judge; what the image brings along is not the container's. */
export function factsOfInspected(container: InspectedContainer, image: InspectedImage | undefined, host: string): ContainerFacts {
  const { Config, HostConfig } = container;
  const labels = Config.Labels ?? {};
  const imageEnv = image?.Config.Env ?? [];
  const own = (ofContainer: readonly string[] | null, ofImage: readonly string[] | null | undefined) =>
    String(ofContainer) === String(ofImage) ? [] : (ofContainer ?? []);
  const entrypoint = own(Config.Entrypoint, image?.Config.Entrypoint);
  return {
    host,
    name: container.Name.replace(/^\//, ""),
    role: readRole(labels["ldms.role"]),
    networkMode: HostConfig.NetworkMode || undefined,
    pidMode: HostConfig.PidMode || undefined,
    ipcMode: HostConfig.IpcMode || undefined,
    utsMode: HostConfig.UTSMode || undefined,
    usernsMode: HostConfig.UsernsMode || undefined,
    volumesFrom: HostConfig.VolumesFrom ?? [],
    env: Object.fromEntries((Config.Env ?? []).filter((entry) => !imageEnv.includes(entry)).map(splitAssignment)),
    entrypoint,
    argv: entrypoint.length ? (Config.Cmd ?? []) : own(Config.Cmd, image?.Config.Cmd),
    labels,
    mounts: container.Mounts.map(factsOfMount),
    ...factsOfConfinement(HostConfig),
    memoryMib: HostConfig.Memory > 0 ? Math.trunc(HostConfig.Memory / BYTES_PER_MIB) : undefined,
    restart: HostConfig.RestartPolicy.Name || undefined,
    healthCheck: Config.Healthcheck?.Test ?? undefined,
    log: { driver: HostConfig.LogConfig.Type || undefined, maxSize: HostConfig.LogConfig.Config?.["max-size"] },
  };
}

const BYTES_PER_MIB = 1024 * 1024;

function factsOfMount({ Type, Name, Source, Destination, RW }: InspectedMount): MountFacts {
  return { source: Type === "volume" ? (Name ?? Source) : Source, target: Destination, readOnly: !RW };
}

type Confinement = Pick<
  ContainerFacts,
  "privileged" | "capabilities" | "devices" | "readOnlyRootFilesystem" | "tmpfs" | "securityOpts" | "ulimits"
>;

function factsOfConfinement(config: InspectedContainer["HostConfig"]): Confinement {
  // Docker writes them with and without it, by its version.
  const names = (capabilities: readonly string[] | null) => (capabilities ?? []).map((name) => name.replace(/^CAP_/, ""));
  return {
    privileged: config.Privileged,
    capabilities: { add: names(config.CapAdd), drop: names(config.CapDrop) },
    devices: (config.Devices ?? []).map(({ PathOnHost }) => PathOnHost),
    readOnlyRootFilesystem: config.ReadonlyRootfs,
    tmpfs: Object.keys(config.Tmpfs ?? {}),
    // Added by the engine to every privileged container.
    securityOpts: (config.SecurityOpt ?? []).filter((option) => option !== "label=disable"),
    ulimits: Object.fromEntries((config.Ulimits ?? []).map(({ Name, Hard }) => [Name, Hard])),
  };
}

export function factsOfKeys({ host, keys }: InspectedHost): FileFacts[] {
  return keys.map((key) => ({ ...key, host, fingerprint: "", text: undefined }));
}

function readImageRole({ Config }: InspectedContainer, image: InspectedImage | undefined): Role | undefined {
  const names = [Config.Image, ...(image?.RepoTags ?? []), ...(image?.RepoDigests ?? [])].map(
    (reference) => /([^/:@]+)(:[^/]*)?(@.*)?$/.exec(reference)?.[1] ?? "",
  );
  const role = names.map((name) => ROLE_OF_IMAGE[name]).find((found) => found !== undefined);
  // The aggregator's image is dsosd's as well.
  const runs = [...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])].join(" ");
  return role === "aggregator" && /\bdsosd\b/.test(runs) ? "dsosd" : role;
}
