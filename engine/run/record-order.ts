import { type ResourceRecord, urnsNeededBy } from "../../stack/resource-record";

/**
 * The records with everything behind what it needs, else in the given order: Pulumi refuses a state that refers forwards, or to nothing.
 * References by an old name are rewritten; references to a resource that is gone are dropped.
 */
export function orderRecords(records: readonly ResourceRecord[], renamed: ReadonlyMap<string, string>): readonly ResourceRecord[] {
  const present = new Map<string, ResourceRecord>();
  for (const record of [...records].reverse()) {
    const other = present.get(record.urn);
    if (other === undefined || other.isCondemned || !record.isCondemned) present.set(record.urn, record);
  }
  const ordered = new Set<ResourceRecord>();
  const visited = new Set<ResourceRecord>();
  const visit = (record: ResourceRecord): void => {
    if (visited.has(record)) return;
    visited.add(record);
    for (const urn of urnsNeededBy(record)) {
      const needed = present.get(renamed.get(urn) ?? urn);
      if (needed !== undefined) visit(needed);
    }
    ordered.add(record);
  };
  records.forEach(visit);
  return [...ordered].map((record) => mendReferences(record, present, renamed));
}

function mendReferences(
  record: ResourceRecord,
  present: ReadonlyMap<string, unknown>,
  renamed: ReadonlyMap<string, string>,
): ResourceRecord {
  if (urnsNeededBy(record).every((urn) => !renamed.has(urn) && present.has(urn))) return record;
  const mend = (urn: string): string => {
    const current = renamed.get(urn) ?? urn;
    return present.has(current) ? current : "";
  };
  const mendAll = (urns: readonly string[]): readonly string[] => urns.map(mend).filter((urn) => urn !== "");
  const propertyDependencies = Object.entries(record.propertyDependencies).map(([key, urns]) => [key, mendAll(urns)] as const);
  const [providerUrn, providerId] = splitReference(record.provider);
  return {
    ...record,
    parent: mend(record.parent),
    provider: record.provider === "" ? "" : `${renamed.get(providerUrn) ?? providerUrn}::${providerId}`,
    dependencies: mendAll(record.dependencies),
    propertyDependencies: Object.fromEntries(propertyDependencies),
  };
}

function splitReference(reference: string): readonly [string, string] {
  const end = reference.lastIndexOf("::");
  return [reference.slice(0, end), reference.slice(end + 2)];
}
