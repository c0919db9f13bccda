import type { PropertyMap } from "./property-value";
import { STACK_TYPE } from "./urn";

/** One resource of a stack as the engine keeps it in memory; never changed in place, so that its identity tells whether it is still the old one. */
export interface ResourceRecord {
  readonly urn: string;
  readonly type: string;
  /** False for components and the stack itself. */
  readonly custom: boolean;
  /** Empty for components. */
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  /** URN, empty for the stack and for default providers. */
  readonly parent: string;
  /** `URN::ID` of the provider, empty for components and providers. */
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly additionalSecretOutputs: readonly string[];
  /** Earlier URNs, as older engines kept them; new records have none. */
  readonly aliases: readonly string[];
  readonly ignoreChanges: readonly string[];
  /** Property paths: `triggers[*]`; the engine makes nothing of them. */
  readonly replaceOnChanges: readonly string[];
  /** Names of inputs of which `pulumi` shows no difference. */
  readonly hideDiffs: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly customTimeouts: CustomTimeouts | undefined;
  /** A replaced resource whose replacement exists and that is still to be deleted. */
  readonly isCondemned: boolean;
  /** Deleted already, the replacement not created yet. */
  readonly isPendingReplacement: boolean;
  /** RFC 3339. */
  readonly created: string;
  readonly modified: string;
}

/** Seconds: `{ create: 600 }`. */
export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
}

/** Every URN that a resource needs before it: parent, provider, dependencies of any kind. */
export function urnsNeededBy(record: ResourceRecord): readonly string[] {
  const provider = record.provider === "" ? [] : [record.provider.slice(0, record.provider.lastIndexOf("::"))];
  const all = [
    ...(record.parent === "" ? [] : [record.parent]),
    ...provider,
    ...record.dependencies,
    ...Object.values(record.propertyDependencies).flat(),
  ];
  return [...new Set(all)];
}

/** What the program exports. */
export function stackOutputs(records: readonly ResourceRecord[]): PropertyMap {
  return records.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
}
