/** Numbers and booleans as the programs' own files have them: `{ retries: 0 }` is `{ retries: "0" }`. */
export function asText(values: Readonly<Record<string, string | number | boolean>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
