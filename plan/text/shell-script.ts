import { delimiterFor, shellQuote } from "./shell";

/**
 * A body of POSIX sh as it is typed, but for the backslash in `\${`. Nothing can be put into it: what it works on is assigned in front of it, and so
 * it is the same text wherever it is sent.
 */
export function sh({ raw }: TemplateStringsArray): string {
  return raw[0]!.slice(1).replaceAll("\\${", "${");
}

/** Lines that set variables: `names='samp agg1'`. */
export function renderAssignments(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shellQuote(String(value))}\n`)
    .join("");
}

/** A function that prints a text, which is empty or ends with a line. */
export function renderDocument(name: string, text: string): string {
  const delimiter = delimiterFor(text, `LDMS_${name.toUpperCase()}`);
  return `${name}() { cat <<'${delimiter}'\n${text}${delimiter}\n}\n`;
}

const ASSIGNMENT = /([a-z][a-z_]*)=([\w@%+=:,./-]+|(?:'[^']*'|\\')+)\n/y;

/** The values that lines of `renderAssignments` set, where there is nothing else in the text. */
export function readAssignments(text: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (let at = 0; at < text.length; at = ASSIGNMENT.lastIndex) {
    ASSIGNMENT.lastIndex = at;
    const [whole, name = "", word = ""] = ASSIGNMENT.exec(text) ?? [];
    if (whole === undefined) return undefined;
    values.set(name, word.replace(/'([^']*)'|\\(')/g, "$1$2"));
  }
  return values;
}
