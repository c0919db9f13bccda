/** A here-document whose lines begin after the line that announces it. */
export interface PendingDocument {
  /** Where its text goes. */
  readonly documents: string[];
  readonly delimiter: string;
  /** The shell puts nothing in it. */
  readonly isLiteral: boolean;
  /** Of `<<-`: tabs in front of its lines are none of it. */
  readonly isIndented: boolean;
}

/** Without its last line, the delimiter; to the end of the script where that is missing, as a shell takes it. */
export function cutDocument(
  script: string,
  start: number,
  { delimiter, isIndented }: PendingDocument,
): { readonly text: string; readonly end: number } {
  const lines: string[] = [];
  let at = start;
  while (at < script.length) {
    const end = endOfLine(script, at);
    const line = isIndented ? script.slice(at, end).replace(/^\t+/, "") : script.slice(at, end);
    at = end + 1;
    if (line === delimiter) break;
    lines.push(line);
  }
  return { text: lines.join("\n"), end: at };
}

export function endOfLine(script: string, at: number): number {
  const end = script.indexOf("\n", at);
  return end < 0 ? script.length : end;
}
