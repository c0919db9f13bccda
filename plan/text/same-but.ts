/** Whether two plain records have the very same values, whatever they have under some keys. */
export function isSameBut(one: object, other: object, but: ReadonlySet<string>): boolean {
  const [values, others] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  const keys = Object.keys(values);
  return keys.length === Object.keys(others).length && keys.every((key) => but.has(key) || (values[key] === others[key] && key in others));
}
