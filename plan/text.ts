/** Numbers and booleans as the programs' own files have them: `{ retries: 0 }` is `{ retries: "0" }`. */
export function asText(values: Readonly<Record<string, string | number | boolean>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** Ends a line for somebody, steers a terminal, or turns the direction in which a text is read: no name, path or word needs one. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const CONTROLS = new RegExp(CONTROL, "gu");

export function hasControls(text: string): boolean {
  return CONTROL.test(text);
}

/** For messages: the end of a line is `\n`, an escape `\u001b`. */
export function showControls(text: string): string {
  if (!hasControls(text)) return text;
  return text.replace(CONTROLS, (sign) => SHORT[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A byte order mark stays. @returns undefined for bytes that are no UTF-8 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same for a text of several lines. */
export function showLines(text: string): string {
  return text.split("\n").map(showControls).join("\n");
}
