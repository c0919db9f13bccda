/** A word of a command line, its quotes taken away. */
export interface ShellWord {
  /** What only a shell can tell stays as it is written, `ldms-$host`; a command's output is `$()`. */
  readonly source: string;
  /** The same, where there is nothing in it that only a shell can tell. */
  readonly text: string | undefined;
}

/** Who reads the commands that are in a word. */
export interface InnerReader {
  /** @returns the place behind the `)` that ends them */
  readCommands(start: number): number;
  readText(script: string): void;
}

interface Part {
  readonly source: string;
  readonly isKnown: boolean;
  readonly end: number;
}

/** What the commands in a word print; they are read by themselves. */
const OUTPUT = { source: "$()", isKnown: false };
const WORD_ENDS = " \t\n;&|<>()";
const VARIABLE = /\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])/y;
const PLAIN = /[^ \t\n;&|<>()'"\\$`*?[{~]+/y;
/** `{a,b}`, `{1..3}`: bash makes words of it, POSIX shells none. */
const BRACES = /\{[^\s{}'"]*(?:,|\.\.)[^\s{}'"]*\}/y;

/** The word that begins at a place that is neither a blank nor an operator. */
export function readWord(script: string, start: number, inner: InnerReader): ShellWord & { readonly end: number } {
  let source = "";
  let isKnown = true;
  let at = start;
  while (at < script.length && !WORD_ENDS.includes(script[at]!)) {
    const part = readPart(script, at, inner);
    source += part.source;
    isKnown &&= part.isKnown || isBracket(script, start, part.end);
    at = part.end;
  }
  return { source, text: isKnown && !script.startsWith("~", start) ? source : undefined, end: at };
}

/** `[` alone is a command, and no pattern. */
function isBracket(script: string, start: number, end: number): boolean {
  return /^\[\[?$/.test(script.slice(start, end));
}

function readPart(script: string, at: number, inner: InnerReader): Part {
  switch (script[at]) {
    case "'":
      return literal(script, at + 1, closing(script, "'", at + 1));
    case '"':
      return readQuoted(script, at + 1, inner, '"');
    case "\\":
      // Before a newline it makes one line of two.
      return { source: script[at + 1] === "\n" ? "" : (script[at + 1] ?? ""), isKnown: true, end: at + 2 };
    case "$":
      if (script[at + 1] === "'") return readEscaped(script, at + 2);
      return script[at + 1] === '"' ? readQuoted(script, at + 2, inner, '"') : readExpansion(script, at, inner);
    case "`":
      return readBackticks(script, at, inner);
    case "{":
      return readBraces(script, at, inner);
    default: {
      const end = endOf(PLAIN, script, at);
      return end === undefined
        ? { source: script[at]!, isKnown: !"*?[".includes(script[at]!), end: at + 1 }
        : { source: script.slice(at, end), isKnown: true, end };
    }
  }
}

function literal(script: string, start: number, end: number): Part {
  return { source: script.slice(start, end), isKnown: true, end: end + 1 };
}

function closing(script: string, character: string, from: number): number {
  const at = script.indexOf(character, from);
  return at < 0 ? script.length : at;
}

function endOf(pattern: RegExp, script: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(script) ? pattern.lastIndex : undefined;
}

/** What stands in double quotes, in the braces of `${…}` or in a here-document: only `\`, `$` and backticks are more than themselves. */
export function readQuoted(script: string, start: number, inner: InnerReader, close: string): Part {
  let source = "";
  let isKnown = true;
  let at = start;
  while (at < script.length && script[at] !== close) {
    const next = script[at]!;
    if (next === "\\" && /[$`"\\\n]/.test(script[at + 1] ?? "")) {
      source += script[at + 1] === "\n" ? "" : script[at + 1];
      at += 2;
    } else if (next === "$" || next === "`" || (next === '"' && close === "}")) {
      const part = next === '"' ? readQuoted(script, at + 1, inner, '"') : readExpansion(script, at, inner);
      source += part.source;
      isKnown &&= part.isKnown;
      at = part.end;
    } else {
      source += next;
      at++;
    }
  }
  return { source, isKnown, end: at + 1 };
}

function readExpansion(script: string, at: number, inner: InnerReader): Part {
  if (script[at] === "`") return readBackticks(script, at, inner);
  if (script[at + 1] === "(") return { ...OUTPUT, end: inner.readCommands(at + 2) };
  if (script[at + 1] === "{") {
    const { source, end } = readQuoted(script, at + 2, inner, "}");
    return { source: `\${${source}}`, isKnown: false, end };
  }
  const end = endOf(VARIABLE, script, at);
  return end === undefined ? { source: "$", isKnown: true, end: at + 1 } : { source: script.slice(at, end), isKnown: false, end };
}

function readBackticks(script: string, at: number, inner: InnerReader): Part {
  const [whole, commands = ""] = /^`((?:[^\\`]|\\[\s\S])*)(?:`|\\?$)/.exec(script.slice(at)) ?? ["`"];
  inner.readText(commands.replace(/\\([$`\\])/g, "$1"));
  return { ...OUTPUT, end: at + whole.length };
}

function readBraces(script: string, at: number, inner: InnerReader): Part {
  const end = endOf(BRACES, script, at);
  if (end === undefined) return { source: "{", isKnown: true, end: at + 1 };
  inner.readText(script.slice(at + 1, end - 1).replaceAll(",", " "));
  return { source: script.slice(at, end), isKnown: false, end };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", e: "\x1b", f: "\f", v: "\v" };
const ESCAPE = /\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|([\s\S]))/g;

/** `$'docker\trun'`, which bash takes, and which is sh on many hosts. */
function readEscaped(script: string, start: number): Part {
  const [whole = ""] = /^(?:[^\\']|\\[\s\S])*/.exec(script.slice(start)) ?? [];
  const source = whole.replace(ESCAPE, (_, hex?: string, unicode?: string, octal?: string, letter = "") => {
    const code = hex ?? unicode;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return octal === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8) % 256);
  });
  return { source, isKnown: true, end: start + whole.length + 1 };
}
