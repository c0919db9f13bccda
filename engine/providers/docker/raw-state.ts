import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import { isMap } from "../../provider/values";

/** How one type's outputs differ in form from the Terraform state that the real provider keeps. */
export interface RawStateForm {
  /** Objects that Terraform holds as a list of at most one; by output name, with what is renamed inside. */
  readonly singles: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Outputs with free keys. */
  readonly maps: readonly string[];
  readonly renamed: Readonly<Record<string, string>>;
}

/**
 * The real provider's note to itself, `__pulumi_raw_state_delta`, of how to turn outputs into Terraform's state again. Without it the real CLI
 * would take the state over all the same, but by guesses.
 *
 * @see recorded states of @pulumi/docker 5.2.0
 */
export function rawStateDelta(outputs: PropertyMap, form: RawStateForm): PropertyMap {
  const entries = Object.entries(outputs).flatMap(([name, value]): [string, PropertyValue][] => {
    const delta = deltaOf(name, value, form);
    return delta === undefined ? [] : [[name, delta]];
  });

  const renamed = Object.keys(form.renamed).length === 0 ? {} : { renamed: form.renamed };
  return { obj: { ...(entries.length > 0 && { ps: Object.fromEntries(entries) }), ...renamed } };
}

function deltaOf(name: string, value: PropertyValue, form: RawStateForm): PropertyMap | undefined {
  const renamed = form.singles[name];
  if (renamed !== undefined) return { plu: { i: isMap(value) ? rawStateDelta(value, { singles: {}, maps: [], renamed }) : {} } };
  if (Array.isArray(value)) return { arr: elementsOf(value) };
  if (isMap(value)) return form.maps.includes(name) ? { map: {} } : { obj: {} };

  return undefined;
}

function elementsOf(list: readonly PropertyValue[]): PropertyMap {
  const objects = list.flatMap((element, index): [string, PropertyMap][] => (isMap(element) ? [[String(index), { obj: {} }]] : []));

  return objects.length === 0 ? {} : { el: Object.fromEntries(objects) };
}

/** Terraform's own notes in a state: the schema's version, and time-outs in nanoseconds (20 min) where the type has any. */
export function terraformMeta(notes: { readonly hasTimeouts: boolean; readonly schemaVersion?: string }): string {
  const timeouts = { create: 1_200_000_000_000, delete: 1_200_000_000_000, update: 1_200_000_000_000 };

  return JSON.stringify({
    ...(notes.hasTimeouts && { "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": timeouts }),
    ...(notes.schemaVersion && { schema_version: notes.schemaVersion }),
  });
}
