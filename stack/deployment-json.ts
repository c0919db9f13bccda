import type { JsonMap } from "./property-values";
import type { CustomTimeouts } from "./resource-record";

/** A deployment as Pulumi writes it, version 3. @see sdk/go/common/apitype/core.go */
export interface DeploymentJson {
  readonly manifest: ManifestJson;
  readonly secrets_providers?: { readonly type: string; readonly state?: { readonly salt?: string } };
  readonly resources?: readonly ResourceJson[];
  readonly pending_operations?: readonly OperationJson[];
  readonly metadata?: JsonMap;
}

export interface ManifestJson {
  readonly time: string;
  /** SHA-256 of `version`, hexadecimal. */
  readonly magic: string;
  readonly version: string;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

export interface OperationJson {
  readonly resource: ResourceJson;
  readonly type: OperationType;
}

export interface ResourceJson {
  readonly urn: string;
  readonly custom: boolean;
  readonly delete?: boolean;
  readonly id?: string;
  readonly type: string;
  readonly inputs?: JsonMap;
  readonly outputs?: JsonMap;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly external?: boolean;
  readonly dependencies?: readonly string[];
  readonly initErrors?: readonly string[];
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly pendingReplacement?: boolean;
  readonly additionalSecretOutputs?: readonly string[];
  readonly aliases?: readonly string[];
  readonly customTimeouts?: CustomTimeouts;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  readonly created?: string;
  readonly modified?: string;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly hideDiff?: readonly string[];
}

/** The form of `pulumi stack export`. */
export interface ExportJson {
  readonly version: 3;
  readonly deployment: DeploymentJson;
}

/** The form of a stack's file in the backend. */
export interface CheckpointJson {
  readonly version: 3;
  readonly checkpoint: { readonly stack: string; readonly latest: DeploymentJson };
}
