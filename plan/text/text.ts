/** Ends a line for somebody, steers a terminal, or turns the direction in which a text is read: no name, path or word needs one. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
/** Those, and what is not seen at all. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function hasControls(text: string): boolean {
  return CONTROL.test(text);
}

/** Text of others in a line for a terminal: the end of a line is `\n`, an escape `\u001b`. */
export function showControls(text: string): string {
  return text.replace(UNSEEN, (sign) => SHORT[sign] ?? renderEscape(sign.codePointAt(0)!.toString(16)));
}

function renderEscape(hex: string): string {
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** The same for a text of several lines. */
export function showLines(text: string): string {
  return text.split("\n").map(showControls).join("\n");
}

/** The same for the output of a program, which may have tabs. */
export function showOutput(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === "\n" || part === "\t" ? part : showControls(part)))
    .join("");
}

/** What is shown at the most of a text of others that may have any length, in characters. */
const SHOWN_CHARACTERS = 500;

/** The same for a text that may have any length. */
export function showBriefly(text: string): string {
  return showControls(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}

/** `1 host`, `30 hosts` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A byte order mark stays. @returns undefined for bytes that are no UTF-8 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** `A=b=c` is `b=c` under `A`. */
export function splitAssignment(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** `{ A: "b" }` as `A=b`. */
export function joinAssignments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

export function readAssignments(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map(splitAssignment));
}
