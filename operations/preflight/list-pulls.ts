import { mirrorReference, pullReference } from "../../plan/images/plan-images";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import type { ImageName } from "../../plan/model/image";

/** An image that a host pulls: neither built here nor sent from here. */
export interface Pull {
  readonly image: ImageName;
  /** From the host's own mirror, where it has one. */
  readonly reference: string;
}

export function listPulls({ images }: DeploymentPlan, { mirror, containers }: PlannedHost): readonly Pull[] {
  const used = new Set(containers.map(({ image }) => image));
  return images
    .filter((image) => used.has(image.name) && image.build === undefined && image.archive === undefined)
    .map((image) => ({ image: image.name, reference: mirrorReference(pullReference(image), mirror) }));
}
