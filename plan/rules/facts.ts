import { type PropertyFacts, readFacts } from "../container-properties/forms";
import { type ManifestEntry, manifestEntry } from "../delivery/deliver-files";
import { fullReference } from "../images/plan-images";
import type { PlannedContainer } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedHost } from "../model/host";
import type { PlannedImage } from "../model/image";
import { isSameBut } from "../text/same-but";
import type { ConnectionFacts } from "./command-rules";

/**
 * What rules judge of a container, whoever tells it: the plan, the inputs of a registered resource, a command line, `docker inspect` of a running one.
 * Shape: `{ host: "cygnus-01", name: "samp", role: "sampler", networkMode: "host", pidMode: "host", env: { COMPID: "1" }, argv: ["-x", "sock:411"], … }`.
 */
export interface ContainerFacts extends PropertyFacts {
  readonly host: string;
}

export interface ImageFacts {
  /** What the registry is asked for: `ovishpc/ldms-samp:4.5.3`; undefined where only `up` will know. */
  readonly reference: string | undefined;
  /** Where it was found; none where it is one image of the whole stack. */
  readonly hosts: readonly string[];
  /** A host has it already, so that nobody asks a registry. */
  readonly isThere?: true;
  /** Plugins that the daemons load which run it; absent where only the image is known. */
  readonly plugins?: readonly string[];
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
  return { ...readFacts(({ ofPlan }) => ofPlan(container)), host: container.host };
}

/** What a container has of its host, and its facts have as it is. */
export const OF_HOST: ReadonlySet<string> = new Set(["host", "env", "labels"]);

/** The facts of each; what containers share is read once, and is one and the same object in the facts of all of them. */
export function factsOfContainers(containers: readonly PlannedContainer[]): ContainerFacts[] {
  const lastOf = new Map<string, { readonly container: PlannedContainer; readonly facts: ContainerFacts }>();
  return containers.map((container) => {
    const { host, name, env, labels } = container;
    const last = lastOf.get(name);
    if (last && isSameBut(last.container, container, OF_HOST)) return { ...last.facts, host, env, labels };
    const facts = factsOfPlanned(container);
    lastOf.set(name, { container, facts });
    return facts;
  });
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
