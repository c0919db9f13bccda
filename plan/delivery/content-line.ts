/** What a delivery's input is: a line a file, base64 of its content, or `generate:50` for 50 random bytes made where the file is absent. */
const GENERATE = "generate:";
const CONTENT_LINE = new RegExp(`^(?:[A-Za-z0-9+/]*={0,2}|${GENERATE}[0-9]+)$`);

export function renderGenerated(bytes: number): string {
  return `${GENERATE}${bytes}`;
}

/** How many bytes a line has made on the host; undefined for one with content. */
export function readGenerated(line: string): number | undefined {
  const bytes = line.slice(GENERATE.length);
  return line.startsWith(GENERATE) && /^\d+$/.test(bytes) ? Number(bytes) : undefined;
}

/** Whether a line is such a one, and so nothing that a shell would run. */
export function isContentLine(line: string): boolean {
  return CONTENT_LINE.test(line);
}
