import { readFacts } from "../container-properties/forms";
import type { Role } from "../model/container";
import { type DeploymentPlan, hostNamed } from "../model/deployment-plan";
import type { InspectedContainer, InspectedHost, InspectedImage } from "../model/inspected";
import { ownValue } from "../text/own-value";
import type { ContainerFacts, FileFacts, ImageFacts } from "./facts";

/** A container with the role that it is judged in, and what that was told by. */
export interface LdmsContainer {
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
export function listLdmsContainers({ host, containers, images }: InspectedHost, plan: DeploymentPlan): LdmsContainer[] {
  const imageOf = new Map(images.map((image) => [image.Id, image]));
  const planned = new Map(hostNamed(plan, host).containers.map((one) => [one.name, one.role]));
  return containers.flatMap((container): LdmsContainer[] => {
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
  return { ...readFacts(({ ofInspected }) => ofInspected(container, image)), host };
}

export function factsOfKeys({ host, keys }: InspectedHost): FileFacts[] {
  return keys.map((key) => ({ ...key, host, fingerprint: "", text: undefined }));
}

/** The role of what runs an image of upstream's or of ours. */
export function readImageRole({ Config }: InspectedContainer, image: InspectedImage | undefined): Role | undefined {
  const names = [Config.Image, ...(image?.RepoTags ?? []), ...(image?.RepoDigests ?? [])].map(
    (reference) => /([^/:@]+)(:[^/]*)?(@.*)?$/.exec(reference)?.[1] ?? "",
  );
  const role = names.map((name) => ownValue(ROLE_OF_IMAGE, name)).find((found) => found !== undefined);
  // The aggregator's image is dsosd's as well.
  const runs = [...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])].join(" ");
  return role === "aggregator" && /\bdsosd\b/.test(runs) ? "dsosd" : role;
}
