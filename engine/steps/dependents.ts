import { UNKNOWN } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { isProviderType, packageOfType, parseProviderReference } from "../../stack/urn";
import type { DiffResult } from "../provider/provider";
import type { RunContext } from "../run/run-context";
import { diffResource, REPLACED_PROVIDER } from "./diff-resource";

export interface DependentReplacement {
  readonly record: ResourceRecord;
  readonly diff: DiffResult;
}

/**
 * Which resources must go before `root` can be deleted for its replacement: those that a change of the values they take from it would replace,
 * and so on from them. What only waits for `root` (`dependsOn`) stays. In dependency order.
 * @param registered resources that the program asked for already in this run: they cannot depend on `root` any more.
 */
export async function findDependentsToReplace(
  context: RunContext,
  root: ResourceRecord,
  registered: ReadonlySet<ResourceRecord>,
): Promise<readonly DependentReplacement[]> {
  const found: DependentReplacement[] = [];
  const replaced = new Set([root.urn]);
  for (const record of context.snapshot.untouched) {
    if (record === root || registered.has(record) || record.isCondemned || record.isPendingReplacement || !record.custom) continue;
    const diff = await diffIfReplaced(context, record, replaced);
    if (diff === undefined) continue;
    replaced.add(record.urn);
    found.push({ record, diff });
  }
  return found;
}

async function diffIfReplaced(context: RunContext, record: ResourceRecord, replaced: ReadonlySet<string>): Promise<DiffResult | undefined> {
  if (record.provider !== "" && replaced.has(parseProviderReference(record.provider).urn)) return REPLACED_PROVIDER;
  const uncertain = Object.entries(record.propertyDependencies).filter(
    ([key, urns]) => key in record.inputs && !record.ignoreChanges.includes(key) && urns.some((urn) => replaced.has(urn)),
  );
  if (uncertain.length === 0) return undefined;
  const inputs = { ...record.inputs, ...Object.fromEntries(uncertain.map(([key]) => [key, UNKNOWN])) };
  const provider = isProviderType(record.type)
    ? context.providers.start(packageOfType(record.type))
    : await context.providers.get(record.provider);
  const diff = await diffResource(record, inputs, provider);
  return diff.replaceKeys.length > 0 ? diff : undefined;
}
