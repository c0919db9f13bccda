import type { PropertyMap } from "../../stack/property-value";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  /** The inputs with the provider's defaults filled in. */
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface DiffResult {
  readonly changed: boolean;
  /** Top-level input names that force a replacement; empty when an update does. */
  readonly replaceKeys: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** By property path, as Pulumi writes it: `envs[0]`, `labels[1].value`. */
  readonly detailed: Readonly<Record<string, DiffKind>>;
}

/** Which resource a call is about. `type` by example: `docker:index/container:Container`. */
export interface ResourceIdentity {
  readonly urn: string;
  readonly type: string;
}

export interface ResourceState extends ResourceIdentity {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** What the engine has for a provider during one call. */
export interface ProviderCall {
  /** The program's `customTimeouts` for this call; undefined: the provider's own bounds hold. */
  readonly timeoutSeconds: number | undefined;
  /** Of a create: the object that is there already, known by nothing but this id, and is taken over as it is instead of being made. */
  readonly takenOverId?: string;
  /** Tells people what came of it, while or after it is done. */
  log(message: string): void;
}

/**
 * The engine side of one configured provider (one per provider resource in the state). Values passed in carry no `Secret`: the engine unwraps
 * them and marks the outputs of the same name again. `UNKNOWN` occurs only in `check` and `diff` of a preview.
 */
export interface Provider {
  checkConfig(inputs: PropertyMap): Promise<CheckResult>;
  diffConfig(oldInputs: PropertyMap, newInputs: PropertyMap): Promise<DiffResult>;
  /** Stores the configuration; contacts no host. */
  configure(inputs: PropertyMap): Promise<void>;
  /** @throws ProviderError for a type or an option that this engine does not know, by name. */
  check(resource: ResourceIdentity, inputs: PropertyMap): Promise<CheckResult>;
  diff(old: ResourceState, newInputs: PropertyMap): Promise<DiffResult>;
  /**
   * @param isResumed an earlier run was killed between this create's effect and its record: an object that this resource's own labels
   * identify is taken over instead of "name already in use".
   */
  create(
    resource: ResourceIdentity,
    inputs: PropertyMap,
    isResumed: boolean,
    call?: ProviderCall,
  ): Promise<{ readonly id: string; readonly outputs: PropertyMap }>;
  /** `undefined` when the object is gone. Inputs come back with what the host says of each property that the program set. */
  read(old: ResourceState): Promise<ResourceState | undefined>;
  update(old: ResourceState, newInputs: PropertyMap, call?: ProviderCall): Promise<PropertyMap>;
  /** Succeeds when the object is gone already. */
  delete(old: ResourceState, call?: ProviderCall): Promise<void>;
  /** Ends every connection and process of this provider. */
  close(): Promise<void>;
}

/** What a provider says when it cannot do a thing; `host` by the name it is reached by, where one is concerned. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  /** A create that may have taken effect all the same (the connection broke, the time was up): the next run's create gets `isResumed`. */
  readonly isOutcomeOpen: boolean;
  constructor(
    message: string,
    readonly host: string | undefined = undefined,
    options?: ErrorOptions & { readonly isOutcomeOpen?: boolean },
  ) {
    super(message, options);
    this.isOutcomeOpen = options?.isOutcomeOpen ?? false;
  }
}
