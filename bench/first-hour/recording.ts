import { readFileSync } from "node:fs";
import { join } from "node:path";

export const RECORDING_FILE = join(__dirname, "../figures/first-hour.json");
export const PICTURE_FILE = join(__dirname, "../../docs/first-hour.svg");

/** `[seconds since the command began, what stands on the line]` */
export type RecordedLine = readonly [atSeconds: number, text: string];

export interface RecordedCommand {
  /** As in session.ts. */
  readonly typed: string;
  readonly seconds: number;
  readonly lines: readonly RecordedLine[];
}

/** What a terminal showed of one session; the paths of its home and folder are those of `PLACES`. */
export interface Recording {
  /** Which LDMS ran. */
  readonly binaries: "upstream's LDMS" | "stand-ins of LDMS";
  readonly commands: readonly RecordedCommand[];
}

/** What stands in a recording for the places of a run. */
export const PLACES = { home: "/home/me", folder: "/home/me/ldms" } as const;

export function readRecording(): Recording {
  return JSON.parse(readFileSync(RECORDING_FILE, "utf8")) as Recording;
}

/** A line a row, so that a new recording can be read in a diff. */
export function renderRecording({ binaries, commands }: Recording): string {
  const rendered = commands.map(({ typed, seconds, lines }) => {
    const rows = lines.map((line) => `      ${JSON.stringify(line)}`).join(",\n");
    return `    { "typed": ${JSON.stringify(typed)}, "seconds": ${seconds}, "lines": [${rows === "" ? "" : `\n${rows}\n    `}] }`;
  });
  return `{\n  "binaries": ${JSON.stringify(binaries)},\n  "commands": [\n${rendered.join(",\n")}\n  ]\n}\n`;
}

/** Lines whose number depends on how long a run takes; a store that is asked before its first row has no container yet. */
const PASTIME = /^(?:\s*still working|waiting for data: |store on \S+: )/;

/**
 * A command's text without what differs from run to run: times, rates, ids, versions of the hosts' engine. What runs at once is told in any order, so the
 * lines are sorted.
 */
export function maskedText({ lines }: RecordedCommand): readonly string[] {
  const texts = lines.map(([, text]) => text).filter((text) => !PASTIME.test(text));
  return texts.map(maskLine).sort();
}

function maskLine(text: string): string {
  return text
    .replace(/ \(\d+(\.\d+)?s\)$/, "")
    .replace(/\b[0-9a-f]{16,64}\b/g, "ID")
    .replace(/\b\d+(\.\d+)? s\b/g, "N s")
    .replace(/\b\d+(\.\d+)? rows a second$/, "N rows a second")
    .replace(/SHA256:\S+/g, "SHA256:KEY")
    .replace(/^Duration: \S+/, "Duration: N s")
    .replace(/Docker \S+/g, "Docker VERSION");
}
