/** What is shown of a text at the most, in characters. */
const SHOWN_CHARACTERS = 500;

/**
 * Text that others have made, for a terminal: what would steer it, or turn the direction of writing, stands as its escape.
 * By example: `\x1b[2J`, `\u{202e}`. Same input, same output.
 */
export function renderUntrusted(text: string): string {
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return shown.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, renderEscape);
}

function renderEscape(character: string): string {
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
