import type { PropertyFacts } from "../container-properties/forms";
import { readFacts } from "../container-properties/forms";
import type { Role } from "../model/container";
import type { InspectedContainer, InspectedHost, InspectedImage } from "../model/inspected";
import { readImageRole } from "../rules/inspected-facts";

/** A container as `docker inspect` tells it, with what tells it from every other one. */
export interface FoundContainer extends InspectedContainer {
  /** 64 hex digits. */
  readonly Id: string;
  readonly State: { readonly Status: string; readonly StartedAt: string };
}

/** A configuration file that a container has of its host. */
export interface FoundFile {
  /** The container's name: `maestro`. */
  readonly container: string;
  /** In the container: `/etc/ldms_cfg.yaml`. */
  readonly path: string;
  /** On the host: `/root/ldms_cfg.yaml`. */
  readonly source: string;
  readonly text: string;
}

/** What one host was found to run. */
export interface FoundHost extends Pick<InspectedHost, "host" | "images"> {
  readonly containers: readonly FoundContainer[];
  readonly files: readonly FoundFile[];
  /** Hashes by id, of what the stack has taken over there before. */
  readonly owned: ReadonlyMap<string, string>;
}

/** A container of LDMS, whoever started it. */
export interface HandMade {
  readonly host: string;
  readonly name: string;
  readonly role: Role;
  readonly id: string;
  readonly startedAt: string;
  /** `running`, `exited`, … */
  readonly state: string;
  readonly image: InspectedImage | undefined;
  /** As it was asked for, or where that was an id the image's first name. */
  readonly reference: string;
  readonly facts: PropertyFacts;
  readonly files: readonly FoundFile[];
  /** What it counts as made from since it was taken over; absent: nobody took it over. */
  readonly recordedSpec?: string;
}

/** Those of all hosts, by the images that they run. */
export function listHandMade(hosts: readonly FoundHost[]): HandMade[] {
  return hosts.flatMap(({ host, containers, images, files, owned }) => {
    const imageOf = new Map(images.map((image) => [image.Id, image]));
    return containers.flatMap((container): HandMade[] => {
      const image = imageOf.get(container.Image);
      const role = readImageRole(container, image);
      if (role === undefined) return [];
      const facts = readFacts(({ ofInspected }) => ofInspected(container, image));
      const { Status: state, StartedAt: startedAt } = container.State;
      const own = files.filter((file) => file.container === facts.name);
      const reference = nameImage(container, image);
      const recordedSpec = owned.get(container.Id);
      const found = { host, name: facts.name, role, id: container.Id, startedAt, state, image, reference, facts, files: own };
      return [{ ...found, ...(recordedSpec !== undefined && { recordedSpec }) }];
    });
  });
}

function nameImage({ Config: { Image } }: FoundContainer, image: InspectedImage | undefined): string {
  const isId = /^(sha256:)?[0-9a-f]{12,64}$/.test(Image);
  return isId ? (image?.RepoTags?.[0] ?? image?.RepoDigests?.[0] ?? Image) : Image;
}
