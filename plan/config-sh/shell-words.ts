/** A value as the file writes it, read without being executed. `unknown` says why it cannot be had without a shell. */
export interface ShellText {
  readonly text: string;
  readonly unknown?: string;
}

export type Lookup = (name: string) => ShellText;

/** One word of bash, and where it ends. */
export interface ShellWord extends ShellText {
  readonly end: number;
}

const BRACED = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}/;
const BARE = /^\$([A-Za-z_][A-Za-z0-9_]*)/;

/**
 * Reads the word that begins at a place: quotes, backslashes and `$NAME`, `${NAME}`. What only a shell can tell (`$(…)`, `${NAME:-…}`, globs) makes it
 * unknown; the word ends where it does all the same.
 */
export function readWord(line: string, start: number, lookUp: Lookup): ShellWord {
  let [text, unknown, at, quote] = ["", undefined as string | undefined, start, ""];
  while (at < line.length) {
    const char = line[at]!;
    if (quote === "" && /[\s;()&|<>]/.test(char)) break;
    if (quote === "'" ? char === "'" : char === '"' && quote !== "'") {
      quote = quote === "" ? char : "";
      at += 1;
    } else if (quote === "" && char === "'") {
      quote = char;
      at += 1;
    } else if (char === "\\" && quote !== "'") {
      const isEscape = quote === "" || /["\\$`]/.test(line[at + 1] ?? "");
      text += isEscape ? (line[at + 1] ?? "") : `\\${line[at + 1] ?? ""}`;
      at += 2;
    } else if (char === "$" && quote !== "'") {
      const found = readDollar(line, at, lookUp);
      text += found.text;
      unknown ??= found.unknown;
      at = found.end;
    } else if (char === "`" && quote !== "'") {
      unknown ??= "a command's output";
      const end = line.indexOf("`", at + 1);
      at = end < 0 ? line.length : end + 1;
    } else {
      text += char;
      at += 1;
    }
  }
  if (quote !== "") unknown ??= `a quote \`${quote}\` that the line does not close`;
  return { text, end: at, ...(unknown !== undefined && { unknown }) };
}

function readDollar(line: string, at: number, lookUp: Lookup): ShellWord {
  const rest = line.slice(at);
  const [whole = "", name = ""] = BRACED.exec(rest) ?? BARE.exec(rest) ?? [];
  if (whole !== "") return { ...lookUp(name), end: at + whole.length };
  if (rest.startsWith("$(")) return { text: "", unknown: "a command's output", end: closing(line, at + 1, "(", ")") };
  if (rest.startsWith("${"))
    return { text: "", unknown: `\`${rest.slice(0, closing(rest, 1, "{", "}"))}\``, end: closing(line, at + 1, "{", "}") };
  return { text: "$", end: at + 1 };
}

/** After the bracket that closes the one at a place; the line's end where none does. */
function closing(line: string, start: number, open: string, close: string): number {
  let depth = 0;
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === open) depth += 1;
    if (line[at] === close) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return line.length;
}

/** The words of a text that a shell reads once more, as upstream's scripts have theirs read: `CFLAGS="-O2 -g"` is one. */
export function splitWords(text: string, lookUp: Lookup): readonly ShellWord[] {
  const words: ShellWord[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    const word = readWord(text, at, lookUp);
    // A character that only ends words.
    if (word.end === at) return [...words, { text: text.slice(at), unknown: `\`${text[at]}\``, end: text.length }];
    words.push(word);
    at = word.end;
  }
  return words;
}

export function skipBlanks(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at]!)) at += 1;
  return at;
}
