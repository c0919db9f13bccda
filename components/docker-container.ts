import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { containerInputs } from "../plan/container-properties/forms";
import type { PlannedContainer } from "../plan/model/container";

/** One planned container as `docker.Container` takes it. The plan knows no type of Pulumi's: a test holds its names against the provider's. */
export function containerArgs(container: PlannedContainer, imageId: pulumi.Input<string>): docker.ContainerArgs {
  return { ...containerInputs(container), image: imageId };
}
