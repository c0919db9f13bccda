/** What the record itself has at a key that a site chose: `constructor` is none of it, though every object has one. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
