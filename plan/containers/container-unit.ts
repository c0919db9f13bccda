import { createHash } from "node:crypto";
import type { ContainerPlace, PlannedContainer, PlannedMount } from "../model/container";
import type { FileContent, PlannedFile } from "../model/file";
import type { PlannedPort } from "../model/host";
import { hostFilePath } from "../model/places";
import type { PlanFacts } from "../model/plan-facts";
import { ownValue } from "../text/own-value";
import { ROLES } from "./roles";

/** A container before it is labelled, and what its hosts need for it. One for all hosts that have it alike: there may be 100,000. */
export interface ContainerUnit {
  readonly container: Omit<PlannedContainer, "labels" | keyof ContainerPlace>;
  readonly places: readonly ContainerPlace[];
  readonly files: readonly PlannedFile[];
  readonly ports: readonly PlannedPort[];
  /** Of an ldmsd: the transports that it speaks, and the plugins of its samplers. */
  readonly xprts?: readonly string[];
  readonly plugins?: readonly string[];
  /** Limit of its memory that the stack file gives it instead of its role's. */
  readonly memoryMib?: number;
}

/** What each part of the plan needs of the whole. */
export interface PlanContext {
  readonly stack: string;
  readonly facts: PlanFacts;
}

/** A file of a container and where the container sees it. */
export interface MountedFile {
  readonly file: PlannedFile;
  readonly mount: PlannedMount;
}

/** Docker's own default grows without end; 30 MiB hold days of a daemon that logs its errors only. */
const LOG = { driver: "json-file", maxSizeMib: 10, maxFiles: 3 } as const;

/** The memory of a daemon holds credentials and, of munged, the key: a core file would leave it on the host, readable long after. */
const NO_CORE_FILES = { name: "core", limit: 0 } as const;

type GivenSettings = Pick<PlannedContainer, "name" | "role" | "argv" | "mounts" | "healthCheck"> &
  Partial<Pick<PlannedContainer, "entrypoint" | "startsAfter" | "image" | "devices" | "gpus">>;

/** Settings that every container shares; upstream runs all of them privileged and on the host's network. */
const SHARED = {
  networkMode: "host",
  privileged: true,
  capabilities: { add: [], drop: [] },
  devices: [],
  readOnlyRootFilesystem: false,
  tmpfs: {},
  securityOpts: [],
  ulimits: [NO_CORE_FILES],
  restart: "unless-stopped",
  log: LOG,
} as const satisfies Partial<PlannedContainer>;

export function createContainer(settings: GivenSettings): ContainerUnit["container"] {
  const { image, stopTimeoutSeconds, sharesHostPid } = ROLES[settings.role];
  const container = { ...SHARED, image, stopTimeoutSeconds, ...settings };
  return sharesHostPid ? { ...container, pidMode: "host" } : container;
}

interface FileArgs {
  readonly container: string;
  /** Name of the file on the host. */
  readonly name: string;
  readonly content: FileContent;
  /** @default 0o644 */
  readonly mode?: number;
  /** uid and gid. @default 0 */
  readonly owner?: number;
  readonly isTakenUpRunning?: true;
}

export function planFile({ stack, facts }: PlanContext, args: FileArgs): PlannedFile {
  const { container, name, content, mode = 0o644, owner = 0, isTakenUpRunning } = args;
  return {
    path: hostFilePath(stack, container, name),
    container,
    mode,
    uid: owner,
    gid: owner,
    fingerprint: fingerprintContent(content, facts),
    content,
    ...(facts.hasEncryptedSettings && content.kind === "text" && { isConfidential: true as const }),
    ...(isTakenUpRunning && { isTakenUpRunning }),
  };
}

export function mountFile(context: PlanContext, { containerPath, ...args }: FileArgs & { readonly containerPath: string }): MountedFile {
  const file = planFile(context, args);
  return { file, mount: { kind: "bind", hostPath: file.path, containerPath, readOnly: true } };
}

function fingerprintContent(content: FileContent, facts: PlanFacts): string {
  switch (content.kind) {
    case "text":
      return createHash("sha256").update(content.text).digest("hex");
    case "secret":
      return ownValue(facts.secrets, content.secretName)?.fingerprint ?? "unset";
    case "generated":
      return `generated-${content.bytes}`;
    default:
      return content satisfies never;
  }
}
