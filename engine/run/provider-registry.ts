import { messageOf } from "../../stack/engine-error";
import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { packageOfType, parseProviderReference } from "../../stack/urn";
import { hasUnknown, unwrapSecretsIn } from "../provider/property-secrets";
import type { Provider } from "../provider/provider";

export type CreateProvider = (packageName: string) => Provider;

/** The providers of one pass, by the reference (`URN::ID`) that resources name them by. */
export class ProviderRegistry {
  private readonly byReference = new Map<string, Promise<Provider>>();
  private readonly started: Provider[] = [];

  /** @param olds where the configuration of a provider is found that the program does not name any more. */
  constructor(
    private readonly createProvider: CreateProvider,
    private readonly olds: readonly ResourceRecord[],
  ) {}

  /** A provider that is not configured yet: enough to check its configuration. @throws what `createProvider` throws for a package it does not know. */
  start(packageName: string): Provider {
    const provider = this.createProvider(packageName);
    this.started.push(provider);
    return provider;
  }

  /** Configures `provider` with what the record says, for all resources that name it. Contacts no host. */
  async register(record: ResourceRecord, reference: string, provider: Provider): Promise<void> {
    const config = providerConfig(record.inputs);
    if (!hasUnknown(config)) await provider.configure(config);
    this.byReference.set(reference, Promise.resolve(provider));
  }

  /** @throws Error for a reference that neither this run nor the state knows. */
  get(reference: string): Promise<Provider> {
    const known = this.byReference.get(reference);
    if (known !== undefined) return known;
    const fromState = this.startFromState(reference);
    this.byReference.set(reference, fromState);
    return fromState;
  }

  private async startFromState(reference: string): Promise<Provider> {
    const { urn, id } = parseProviderReference(reference);
    const record = this.olds.find((old) => old.urn === urn && old.id === id) ?? this.olds.find((old) => old.urn === urn);
    if (record === undefined) throw new Error(`provider: is in neither the program nor the state: \`${reference}\``);
    const provider = this.start(packageOfType(record.type));
    await provider.configure(providerConfig(record.inputs));
    return provider;
  }

  /** Returns what went wrong; closing goes on all the same. */
  async close(): Promise<readonly string[]> {
    const results = await Promise.allSettled(this.started.map((provider) => provider.close()));
    return results.flatMap((result) => (result.status === "rejected" ? [messageOf(result.reason)] : []));
  }
}

/** The provider's own part of a provider resource's inputs: without what the engine keeps there. */
export function providerConfig(inputs: PropertyMap): PropertyMap {
  const { __internal, version, ...config } = inputs;
  return unwrapSecretsIn(config);
}
