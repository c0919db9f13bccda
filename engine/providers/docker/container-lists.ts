import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import type { KeyOf } from "../../provider/property-diff";
import type { Fields, Shape } from "../../provider/shape";
import { isMap, listOf, mapsOf, textMapOf, textsOf, withoutMarks } from "../../provider/values";
import { type ContainerProperty, type Found, type Place, readPlace, writePlace } from "./container-property";

export const TEXTS: Shape = { list: "string" };
const byText: KeyOf = (element) => String(element);
const byField =
  (field: string): KeyOf =>
  (element) =>
    String((element as PropertyMap)[field]);

/** The list of texts at a place, empty where Docker has null. */
export function textsAt(found: Found, place: Place): readonly string[] {
  const raw = readPlace(found, place);

  return Array.isArray(raw) ? raw.map(String) : [];
}

/**
 * What the host has, in the order and spelling of what was wanted: elements that mean the same stay as they were written, elements that
 * are gone are left out, strangers follow at the end. So exactly the difference shows.
 */
export function alignElements(
  wanted: readonly PropertyValue[],
  actual: readonly PropertyValue[],
  keyOf: KeyOf,
  meaning: (element: PropertyMap) => PropertyMap = (element) => element,
): PropertyValue[] {
  const keysWanted = wanted.map(keyOf);
  const kept = wanted.flatMap((element) => {
    const counterpart = actual.find((candidate) => keyOf(candidate) === keyOf(element));
    return counterpart === undefined ? [] : [overlay(element, counterpart, meaning)];
  });

  return [...kept, ...actual.filter((candidate) => !keysWanted.includes(keyOf(candidate)))];
}

/** `wanted` with those fields changed in which `actual` differs from what `wanted` means. */
function overlay(wanted: PropertyValue, actual: PropertyValue, meaning: (element: PropertyMap) => PropertyMap): PropertyValue {
  if (!isMap(wanted) || !isMap(actual)) return actual;

  const meant = meaning(wanted);
  return { ...wanted, ...Object.fromEntries(Object.entries(actual).filter(([name, value]) => value !== meant[name])) };
}

/** A list in which order counts: `command`. An empty one asks for the image's own, to Docker as to the real provider. */
export function orderedTexts(place: Place): ContainerProperty {
  return {
    field: { shape: TEXTS },
    write: (value, body) => {
      if (listOf(value).length > 0) writePlace(body, place, value);
    },
    read: (found, wanted) => (listOf(wanted).length > 0 ? textsAt(found, place) : wanted),
    unset: (found) => textsAt(found, place),
  };
}

/** A list of texts that is a set: `groupAdds`. */
export function setOfTexts(place: Place): ContainerProperty {
  return {
    field: { shape: TEXTS },
    write: (value, body) => writePlace(body, place, value),
    read: (found, wanted) => alignElements(listOf(wanted), textsAt(found, place), byText),
    unset: (found) => textsAt(found, place),
    keys: { "": byText },
  };
}

export function mapOfTexts(place: Place, unset?: PropertyValue): ContainerProperty {
  const read = (found: Found) => (readPlace(found, place) ?? {}) as PropertyMap;

  return {
    field: { shape: { map: "string" } },
    write: (value, body) => writePlace(body, place, value),
    read,
    unset: (found) => unset ?? read(found),
  };
}

/** `envs`: what the image sets is no business of the program's. */
export function environment(): ContainerProperty {
  const byName: KeyOf = (element) => String(element).split("=")[0]!;

  return {
    field: { shape: TEXTS },
    write: (value, body) => writePlace(body, "Config.Env", value),
    read: (found, wanted) => {
      const names = textsOf(wanted).map(byName);
      const own = textsAt(found, "Config.Env").filter((entry) => names.includes(byName(entry)) || !found.imageEnv.includes(entry));
      return alignElements(listOf(wanted), own, byName);
    },
    unset: () => [],
    keys: { "": byName },
  };
}

export function labels(): ContainerProperty {
  const fields: Fields = { label: { shape: "string", isRequired: true }, value: { shape: "string", isRequired: true } };

  return {
    field: { shape: { list: { fields } } },
    write: (value, body) =>
      writePlace(body, "Config.Labels", Object.fromEntries(mapsOf(value).map((element) => [String(element["label"]), element["value"]]))),
    read: (found, wanted) => {
      const names = mapsOf(wanted).map((element) => element["label"]);
      const actual = Object.entries(textMapOf(readPlace(found, "Config.Labels") as PropertyValue | undefined));
      const own = actual.filter(([label, value]) => names.includes(label) || found.imageLabels[label] !== value);
      return alignElements(
        listOf(wanted),
        own.map(([label, value]) => ({ label, value })),
        byField("label"),
      );
    },
    unset: () => [],
    keys: { "": byField("label") },
  };
}

export interface RecordForm {
  readonly fields: Fields;
  /** The field that tells one element from another. */
  readonly key: string;
  /** The fields of an output that are not written in the input. */
  readonly blank: PropertyMap;
  /** The element with what Docker puts for fields that are not written. */
  readonly meaning: (element: PropertyMap) => PropertyMap;
  readonly toApi: (element: PropertyMap) => unknown;
  readonly fromApi: (raw: never) => PropertyMap;
}

/** A set of records that Docker keeps in a list: `volumes`, `devices`, `ulimits`, `hosts`. */
export function setOfRecords(place: Place, form: RecordForm): ContainerProperty {
  const raw = (found: Found) => (readPlace(found, place) ?? []) as readonly never[];

  return {
    field: { shape: { list: { fields: form.fields } } },
    write: (value, body) => writePlace(body, place, mapsOf(value).map(form.toApi)),
    read: (found, wanted) => alignElements(listOf(wanted), raw(found).map(form.fromApi), byField(form.key), form.meaning),
    unset: (found) => raw(found).map((element) => ({ ...form.blank, ...form.fromApi(element) })),
    toOutput: (value) => mapsOf(value).map((element) => ({ ...form.blank, ...(withoutMarks(element) as PropertyMap) })),
    keys: { "": byField(form.key) },
  };
}
