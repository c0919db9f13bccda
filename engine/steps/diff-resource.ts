import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { isProviderType } from "../../stack/urn";
import { equalValues, unwrapSecretsIn } from "../provider/property-secrets";
import type { DiffKind, DiffResult, Provider, ResourceState } from "../provider/provider";
import { providerConfig } from "../run/provider-registry";

export const NO_DIFF: DiffResult = { changed: false, replaceKeys: [], deleteBeforeReplace: false, detailed: {} };

/** A replacement whose reason is no property that the provider knows. */
export const REPLACED_PROVIDER: DiffResult = { changed: true, replaceKeys: ["provider"], deleteBeforeReplace: false, detailed: {} };

/**
 * What differs between the state and the wanted inputs. Components have no provider: any difference of their inputs is an update.
 * @param provider undefined for components only.
 */
export async function diffResource(old: ResourceRecord, inputs: PropertyMap, provider: Provider | undefined): Promise<DiffResult> {
  if (provider === undefined) return diffComponent(old.inputs, inputs);
  return isProviderType(old.type) ? diffProvider(old.inputs, inputs, provider) : provider.diff(toState(old), unwrapSecretsIn(inputs));
}

/** What a provider is told of a resource: the same without secrets' wrappers. */
export function toState(record: ResourceRecord): ResourceState {
  return {
    urn: record.urn,
    type: record.type,
    id: record.id,
    inputs: unwrapSecretsIn(record.inputs),
    outputs: unwrapSecretsIn(record.outputs),
  };
}

function diffComponent(oldInputs: PropertyMap, inputs: PropertyMap): DiffResult {
  const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(inputs)])].filter(
    (key) => !equalValues(oldInputs[key] ?? null, inputs[key] ?? null),
  );
  const kinds = keys.map((key): readonly [string, DiffKind] => [key, !(key in oldInputs) ? "add" : key in inputs ? "update" : "delete"]);
  return { ...NO_DIFF, changed: keys.length > 0, detailed: Object.fromEntries(kinds) };
}

async function diffProvider(oldInputs: PropertyMap, inputs: PropertyMap, provider: Provider): Promise<DiffResult> {
  const diff = await provider.diffConfig(providerConfig(oldInputs), providerConfig(inputs));
  if (equalValues(oldInputs["version"] ?? null, inputs["version"] ?? null)) return diff;
  return { ...diff, changed: true, detailed: { ...diff.detailed, version: "update" } };
}
