/** A command of an ldmsd's configuration file: `prdcr_start name=samp-1`; what is undefined is left out, what is null stands without `=`. */
export function renderLine(verb: string, attributes: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [value === null ? name : `${name}=${value}`],
  );
  return [verb, ...given].join(" ");
}

export interface ConfLine {
  readonly verb: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PlacedConfLine extends ConfLine {
  /** Where it begins, from 1. */
  readonly line: number;
}

/** Read back: `{ verb: "prdcr_start", attributes: { name: "samp-1" } }`. Comments and empty lines are passed over. */
export function readLines(text: string): ConfLine[] {
  return readPlacedLines(text).map(({ verb, attributes }) => ({ verb, attributes }));
}

/** The same with their places. A backslash at its end goes on with a line; behind a blank, a `#` ends it. */
export function readPlacedLines(text: string): PlacedConfLine[] {
  const found: PlacedConfLine[] = [];
  let [parts, start]: [string[], number] = [[], 0];
  for (const [index, line] of text.split("\n").entries()) {
    const bare = line.replace(/(^|\s)#.*$/, "").trim();
    if (parts.length === 0) start = index + 1;
    const goesOn = bare.endsWith("\\");
    parts.push(goesOn ? bare.slice(0, -1) : bare);
    if (goesOn) continue;
    const [verb = "", ...words] = parts.join(" ").trim().split(/\s+/);
    if (verb !== "") found.push({ line: start, verb, attributes: Object.fromEntries(words.map((word) => splitOnce(word))) });
    parts = [];
  }
  return found;
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf("=");
  return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}
