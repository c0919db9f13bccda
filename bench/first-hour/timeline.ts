import type { RecordedCommand, Recording } from "./recording";

/** A row of the terminal, from when on it is there. */
export interface ShownRow {
  readonly text: string;
  readonly atSeconds: number;
  readonly kind: "typed" | "printed" | "left out";
  /** Of what is typed: when the last letter stands. */
  readonly typedAtSeconds?: number;
}

export interface Timeline {
  readonly rows: readonly ShownRow[];
  /** What the clock of the real run shows, from when on. */
  readonly clock: readonly (readonly [atSeconds: number, realSeconds: number])[];
  readonly endSeconds: number;
}

export const COLUMNS = 104;
/** Of a longer text its beginning and its end are shown. */
const [HEAD_ROWS, TAIL_ROWS] = [7, 11];

const TYPING_SECONDS = 0.025;
/** Between a line that is typed and the first that answers, and between two that answer: no wait is shown longer. */
const LONGEST_WAIT_SECONDS = 0.7;
const SHORTEST_WAIT_SECONDS = 0.06;
const READING_SECONDS = 1.6;
const LAST_SECONDS = 8;

/** The recording at a pace that can be watched: waits are shortened, long lines and long texts are cut. */
export function planTimeline({ commands }: Recording): Timeline {
  const rows: ShownRow[] = [];
  const clock: [number, number][] = [[0, 0]];
  let [at, real] = [0.5, 0];
  for (const command of commands) {
    for (const text of promptRows(command.typed)) {
      const typedAtSeconds = at + text.length * TYPING_SECONDS;
      rows.push({ text, atSeconds: at, kind: "typed", typedAtSeconds });
      at = typedAtSeconds;
    }
    let before = 0;
    for (const [atSeconds, text, kind] of cutText(command)) {
      at += Math.min(LONGEST_WAIT_SECONDS, Math.max(SHORTEST_WAIT_SECONDS, atSeconds - before));
      before = atSeconds;
      rows.push({ text: cutLine(text), atSeconds: at, kind });
    }
    real += command.seconds;
    clock.push([at, real]);
    at += command.lines.length > 0 ? READING_SECONDS : 0.3;
  }
  return { rows, clock, endSeconds: at + LAST_SECONDS };
}

function promptRows(typed: string): readonly string[] {
  return typed.split("\n").map((text, index) => (index === 0 ? `$ ${text}` : text));
}

function cutText({ lines }: RecordedCommand): readonly (readonly [number, string, "printed" | "left out"])[] {
  const printed = lines.map(([at, text]) => [at, text, "printed"] as const);
  const left = printed.slice(HEAD_ROWS, -TAIL_ROWS);
  if (left.length < 3) return printed;
  return [...printed.slice(0, HEAD_ROWS), [left[0]![0], `… ${left.length} lines …`, "left out"], ...printed.slice(-TAIL_ROWS)];
}

function cutLine(text: string): string {
  return text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text;
}
