import { type ManifestEntry, manifestEntry } from "../deliver-files";
import type { DeploymentPlan, PlannedContainer, PlannedImage, Role } from "../deployment-plan";
import { fullReference } from "../images";

/**
 * What rules judge of a container, whoever tells it: the plan, the inputs of a registered resource, `docker inspect` of a running one.
 * Shape: `{ host: "cygnus-01", name: "samp", role: "sampler", networkMode: "host", pidMode: "host", env: { COMPID: "1" }, argv: ["-x", "sock:411"] }`.
 */
export interface ContainerFacts {
  readonly host: string;
  readonly name: string;
  /** From the label `ldms.role`; a container without one is none of ours and no rule's. */
  readonly role: Role | undefined;
  readonly networkMode: string | undefined;
  readonly pidMode: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Arguments after the image. */
  readonly argv: readonly string[];
}

export interface ImageFacts {
  /** What the registry is asked for: `ovishpc/ldms-samp:4.5.3`; undefined where only `up` will know. */
  readonly reference: string | undefined;
}

/** A file that the deployment writes on a host. */
export interface FileFacts extends ManifestEntry {
  readonly host: string;
  /** All bytes of the content are the same; undefined where the content is not at hand, as in the plan, which holds no secret. */
  readonly isUniform: boolean | undefined;
}

export function factsOfPlanned(container: PlannedContainer): ContainerFacts {
  const { host, name, role, networkMode, pidMode, env, argv } = container;
  return { host, name, role, networkMode, pidMode, env, argv };
}

/** The digest of an image that is built is known when it is built. */
export function factsOfImage(image: PlannedImage): ImageFacts {
  return { reference: image.build ? undefined : fullReference(image) };
}

export function factsOfFiles({ hosts }: DeploymentPlan): FileFacts[] {
  return hosts.flatMap((host) => host.files.map((file) => ({ ...manifestEntry(file), host: host.name, isUniform: undefined })));
}

const ROLES: readonly Role[] = ["sampler", "aggregator", "dsosd", "maestro", "ui", "grafana"];

/** The role that a label's text names. */
export function readRole(text: string | undefined): Role | undefined {
  return ROLES.find((role) => role === text);
}
