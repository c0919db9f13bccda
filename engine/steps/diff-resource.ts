import type { PropertyMap } from "../../stack/property";
import type { ResourceRecord } from "../../stack/resource-record";
import { isProviderType } from "../../stack/urn";
import { containsPath, parsePropertyPath } from "../provider/property-path";
import { equalValues, unwrapSecretsIn } from "../provider/property-secrets";
import type { DiffKind, DiffResult, Provider, ResourceState } from "../provider/provider";
import { providerConfig } from "../run/provider-registry";

export const NO_DIFF: DiffResult = { changed: false, replaceKeys: [], deleteBeforeReplace: false, detailed: {} };

/** A replacement whose reason is no property that the provider knows: `provider`, `deletedWith`. */
export function replaceBecauseOf(key: string): DiffResult {
  return { changed: true, replaceKeys: [key], deleteBeforeReplace: false, detailed: {} };
}

/**
 * What differs between the state and the wanted inputs. Components have no provider: any difference of their inputs is an update.
 * @param provider undefined for components only.
 */
export async function diffResource(
  old: ResourceRecord,
  inputs: PropertyMap,
  provider: Provider | undefined,
  options: { readonly ignoreChanges: readonly string[]; readonly replaceOnChanges: readonly string[] },
): Promise<DiffResult> {
  if (provider === undefined) return diffComponent(old.inputs, inputs);
  const diff = isProviderType(old.type)
    ? await diffProvider(old.inputs, inputs, provider)
    : await provider.diff(toState(old), unwrapSecretsIn(inputs), options.ignoreChanges);
  return applyReplaceOnChanges(diff, options.replaceOnChanges);
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

/** @see applyReplaceOnChanges in pkg/resource/deploy/step_generator.go */
function applyReplaceOnChanges(diff: DiffResult, replaceOnChanges: readonly string[]): DiffResult {
  if (!diff.changed || replaceOnChanges.length === 0) return diff;
  const outers = replaceOnChanges.map(parsePropertyPath);
  const forced = Object.entries(diff.detailed).filter(([path]) => outers.some((outer) => containsPath(outer, parsePropertyPath(path))));
  const kinds = forced.map(([path, kind]): readonly [string, DiffKind] => [
    path,
    kind.endsWith("-replace") ? kind : (`${kind}-replace` as DiffKind),
  ]);
  const keys = forced.map(([path]) => String(parsePropertyPath(path)[0] ?? path));
  return {
    ...diff,
    replaceKeys: [...new Set([...diff.replaceKeys, ...keys])].sort(),
    detailed: { ...diff.detailed, ...Object.fromEntries(kinds) },
  };
}
