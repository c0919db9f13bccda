import { ROLE_NAMES } from "../containers/roles";
import { type ManifestEntry, manifestEntry } from "../delivery/deliver-files";
import { fullReference } from "../images/images";
import type { PlannedContainer, PlannedMount, Role } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedHost } from "../model/host";
import type { PlannedImage } from "../model/image";
import type { ConnectionFacts } from "./command-rules";

/**
 * What rules judge of a container, whoever tells it: the plan, the inputs of a registered resource, `docker inspect` of a running one.
 * Shape: `{ host: "cygnus-01", name: "samp", role: "sampler", networkMode: "host", pidMode: "host", env: { COMPID: "1" }, argv: ["-x", "sock:411"], … }`.
 */
export interface ContainerFacts {
  readonly host: string;
  readonly name: string;
  /** From the label `ldms.role`; a container without one is none of ours and no rule's. */
  readonly role: Role | undefined;
  readonly networkMode: string | undefined;
  readonly pidMode: string | undefined;
  readonly ipcMode: string | undefined;
  readonly utsMode: string | undefined;
  readonly usernsMode: string | undefined;
  /** Containers whose mounts it has, too. */
  readonly volumesFrom: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What runs instead of the image's own program; empty where that runs. */
  readonly entrypoint: readonly string[];
  /** Arguments after the image. */
  readonly argv: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly MountFacts[];
  readonly privileged: boolean;
  /** Without `CAP_`: `NET_BIND_SERVICE`. */
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  /** Paths on the host: `/dev/infiniband`. */
  readonly devices: readonly string[];
  readonly readOnlyRootFilesystem: boolean;
  /** Paths in the container. */
  readonly tmpfs: readonly string[];
  /** `no-new-privileges`, `seccomp=unconfined` */
  readonly securityOpts: readonly string[];
  /** Hard limits by name: `{ core: 0 }`. */
  readonly ulimits: Readonly<Record<string, number>>;
  /** undefined: no limit. */
  readonly memoryMib: number | undefined;
  readonly restart: string | undefined;
  /** Docker's test array; undefined: whatever the image has. */
  readonly healthCheck: readonly string[] | undefined;
  readonly log: { readonly driver: string | undefined; readonly maxSize: string | undefined };
}

export interface MountFacts {
  /** A path of the host, or the name of a volume. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ImageFacts {
  /** What the registry is asked for: `ovishpc/ldms-samp:4.5.3`; undefined where only `up` will know. */
  readonly reference: string | undefined;
  /** Where it was found; none where it is one image of the whole stack. */
  readonly hosts: readonly string[];
  /** A host has it already, so that nobody asks a registry. */
  readonly isThere?: true;
}

/** A file that the deployment writes on a host. */
export interface FileFacts extends ManifestEntry {
  readonly host: string;
  /** All bytes of the content are the same; undefined where the content is not at hand, as in the plan, which holds no secret. */
  readonly isUniform: boolean | undefined;
  /** undefined where the content is not at hand. */
  readonly lengthBytes: number | undefined;
  /** The content of a file that holds no secret; undefined where it is not at hand. */
  readonly text: string | undefined;
}

export function factsOfPlanned(container: PlannedContainer): ContainerFacts {
  return {
    host: container.host,
    name: container.name,
    role: container.role,
    networkMode: container.networkMode,
    pidMode: container.pidMode,
    ipcMode: undefined,
    utsMode: undefined,
    usernsMode: undefined,
    volumesFrom: [],
    env: container.env,
    argv: container.argv,
    labels: container.labels,
    privileged: container.privileged,
    capabilities: container.capabilities,
    securityOpts: container.securityOpts,
    memoryMib: container.memoryMib,
    restart: container.restart,
    entrypoint: container.entrypoint ?? [],
    mounts: container.mounts.map(factsOfMount),
    devices: container.devices.map(({ path }) => path),
    readOnlyRootFilesystem: container.readOnlyRootFilesystem,
    tmpfs: Object.keys(container.tmpfs),
    ulimits: Object.fromEntries(container.ulimits.map((one) => [one.name, one.limit])),
    healthCheck: container.healthCheck.test,
    log: { driver: container.log.driver, maxSize: `${container.log.maxSizeMib}m` },
  };
}

function factsOfMount(mount: PlannedMount): MountFacts {
  const { containerPath, readOnly } = mount;
  return { source: mount.kind === "bind" ? mount.hostPath : mount.volume, target: containerPath, readOnly };
}

/** The digest of an image that is built is known when it is built. */
export function factsOfImage(image: PlannedImage): ImageFacts {
  return { reference: image.build ? undefined : fullReference(image), hosts: [] };
}

/** This machine itself needs no key. */
export function factsOfConnection({ name, connection }: Pick<PlannedHost, "name" | "connection">): ConnectionFacts {
  return { host: name, isPinned: connection.kind === "local" || connection.knownHostsFile !== undefined };
}

export function factsOfFiles({ hosts }: DeploymentPlan): FileFacts[] {
  return hosts.flatMap((host) =>
    host.files.map((file) => {
      const text = file.content.kind === "text" ? file.content.text : undefined;
      return { ...manifestEntry(file), host: host.name, isUniform: undefined, lengthBytes: undefined, text };
    }),
  );
}

/** The role that a label's text names. */
export function readRole(text: string | undefined): Role | undefined {
  return ROLE_NAMES.find((role) => role === text);
}
