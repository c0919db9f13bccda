import { type PropertyMap, type PropertyValue, Secret, Unknown } from "../../stack/property-value";
import { isList, isMap, makeSecret } from "../../stack/property-values";

/** The same value without any `Secret` around or inside it: what a provider gets. */
export function unwrapSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return unwrapSecrets(value.value);
  if (isList(value)) return value.map(unwrapSecrets);
  return isMap(value) ? unwrapSecretsIn(value) : value;
}

export function unwrapSecretsIn(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, unwrapSecrets(value)]));
}

function hasSecret(value: PropertyValue): boolean {
  if (value instanceof Secret) return true;
  if (isList(value)) return value.some(hasSecret);
  return isMap(value) && Object.values(value).some(hasSecret);
}

export function hasUnknown(value: PropertyValue): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (isList(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

/** Equal to the last leaf and with the same parts secret; two unknowns are not equal. */
export function equalValues(a: PropertyValue, b: PropertyValue): boolean {
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && equalValues(a.value, b.value);
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index] ?? null));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && equalValues(a[key] ?? null, b[key] ?? null));
  }
  return a === b && !(a instanceof Unknown);
}

/**
 * `values` with everything secret that is secret at the same place of `marks`. A list that holds a secret somewhere becomes secret as a whole,
 * since its items may have moved. A secret inside a secret map stays one of its own, as providers that understand secrets answer and the real CLI keeps
 * them: collapsed, they would be a difference there.
 */
export function markSecrets(values: PropertyMap, marks: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const mark = marks[key];
      if (mark === undefined || value instanceof Secret) return [key, value];
      if (isMap(value) && isMap(mark)) return [key, markSecrets(value, mark)];
      if (isMap(value) && mark instanceof Secret && isMap(mark.value)) return [key, makeSecret(markSecrets(value, mark.value))];
      return [key, hasSecret(mark) ? makeSecret(value) : value];
    }),
  );
}

/** `values` with these top-level keys secret (the option `additionalSecretOutputs`). */
export function markKeysSecret(values: PropertyMap, keys: readonly string[]): PropertyMap {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, keys.includes(key) ? makeSecret(value) : value]));
}

/** For events and display: each secret is the text `[secret]`, each unknown the text `[unknown]`. */
export function redact(value: PropertyValue): unknown {
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Unknown) return "[unknown]";
  if (isList(value)) return value.map(redact);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item)])) : value;
}
