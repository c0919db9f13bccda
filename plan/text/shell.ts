/** Characters that a POSIX shell takes as they are in any place of a word. */
const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word of a POSIX shell: bare where that is safe, else in single quotes. */
export function shellQuote(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** As `shellQuote` in double quotes, for a line that itself stands in single ones. */
export function shellDoubleQuote(word: string): string {
  return PLAIN_WORD.test(word) ? word : `"${word.replace(/[\\"$`]/g, "\\$&")}"`;
}

/** An argv as a person types it: `docker run --name 'a; rm -rf /'`. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(shellQuote).join(" ");
}

/** What a here-document of the text can end with: the word, with more `_` behind it than the text has behind any such word. */
export function delimiterFor(text: string, word: string): string {
  const tails = [...text.matchAll(new RegExp(`${word}(_*)`, "g"))].map(([, tail = ""]) => tail);
  return tails.reduce((longest, tail) => (longest.length > word.length + tail.length ? longest : `${word}${tail}_`), word);
}
