import type { PropertyMap } from "../../../stack/property-value";
import type { CheckResult, DiffResult, ResourceState } from "../../provider/provider";
import type { DockerHost } from "./docker-host";

/** What `Provider` asks of one resource type, on a given host. */
export interface ResourceKind {
  check(inputs: PropertyMap): Promise<CheckResult>;
  diff(old: ResourceState, newInputs: PropertyMap): DiffResult;
  /** @see Provider and ProviderCall */
  create(
    host: DockerHost,
    inputs: PropertyMap,
    isResumed: boolean,
    takenOverId?: string,
  ): Promise<{ readonly id: string; readonly outputs: PropertyMap }>;
  read(host: DockerHost, old: ResourceState): Promise<ResourceState | undefined>;
  update(host: DockerHost, old: ResourceState, newInputs: PropertyMap): Promise<PropertyMap>;
  delete(host: DockerHost, old: ResourceState): Promise<void>;
}
