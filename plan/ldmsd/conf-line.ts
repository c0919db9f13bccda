/** A command of an ldmsd's configuration file: `prdcr_start name=samp-1`; what is undefined is left out, what is null stands without `=`. */
export function renderLine(verb: string, attributes: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [value === null ? name : `${name}=${value}`],
  );
  return [verb, ...given].join(" ");
}

/** Read back: `{ verb: "prdcr_start", attributes: { name: "samp-1" } }`. Comments and empty lines are passed over. */
export function readLines(text: string): { readonly verb: string; readonly attributes: Readonly<Record<string, string>> }[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [verb = "", ...words] = line.split(/\s+/);
      return { verb, attributes: Object.fromEntries(words.map((word) => splitOnce(word))) };
    });
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf("=");
  return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}
