import type { Recording } from "./recording";
import { COLUMNS, planTimeline, type ShownRow, type Timeline } from "./timeline";

const ROWS = 26;
/** Sizes in the picture's own unit; the letters of the usual fonts are 0.6 of their size wide. */
const [FONT, LETTER, LINE, EDGE, TITLE] = [13, 7.8, 17, 14, 34];
const WIDTH = Math.round(COLUMNS * LETTER + 2 * EDGE);
const HEIGHT = TITLE + ROWS * LINE + EDGE;

/**
 * An animated picture of a terminal: without scripts, light or dark as its reader's screen, and with nothing but the last frame for whom movement
 * disturbs, or where nothing moves.
 */
export function drawSvg(recording: Recording): string {
  const timeline = planTimeline(recording);
  const { rows } = timeline;
  const description = describe(recording);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="t d">`,
    '<title id="t">The first hour with ldms, in a terminal</title>',
    `<desc id="d">${escapeXml(description)}</desc>`,
    `<style>\n${renderStyle(timeline)}\n</style>`,
    `<rect class="b" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<clipPath id="v"><rect y="${TITLE}" width="${WIDTH}" height="${ROWS * LINE}"/></clipPath>`,
    `<text class="o" x="${EDGE}" y="22">${escapeXml(caption(recording))}</text>`,
    ...timeline.clock.map(([, real], index) => `<text class="o c c${index}" x="${WIDTH - EDGE}" y="22">${clockText(real)}</text>`),
    `<g clip-path="url(#v)"><g class="r">`,
    ...rows.map(drawRow),
    `<rect class="b u" y="${TITLE}" width="${WIDTH}" height="${ROWS * LINE}"/>`,
    "</g></g>",
    "</svg>",
  ].join("\n")}\n`;
}

/** What the picture tells, for whom it cannot be seen by. */
export function describe({ commands }: Recording): string {
  const typed = commands.map((command) => command.typed.replace(/ *\\\n */g, " "));
  const last = commands.at(-1)!.lines.at(-1)![1];
  return `Typed one after the other: ${typed.join("; ")}. The last one answers: ${last}`;
}

function caption({ binaries, commands }: Recording): string {
  const seconds = commands.reduce((sum, command) => sum + command.seconds, 0);
  return `seven simulated hosts, ${binaries}; ${clockText(seconds)} min, waits shortened`;
}

function drawRow({ text, kind }: ShownRow, index: number): string {
  const top = TITLE + index * LINE;
  const shown = `<text x="${EDGE}" y="${top + LINE - 4}"${kind === "printed" ? "" : ` class="${kind === "typed" ? "p" : "o"}"`}>${escapeXml(text)}</text>`;
  if (kind !== "typed") return shown;
  // What is not typed yet is behind it; its edge is the cursor.
  const cover = `<rect class="b" y="${top}" width="${WIDTH}" height="${LINE}"/><rect class="k" y="${top + 2}" width="${LETTER}" height="${LINE - 4}"/>`;
  return `${shown}<g class="x x${index}">${cover}</g>`;
}

function renderStyle(timeline: Timeline): string {
  const { rows, clock, endSeconds } = timeline;
  const percent = (seconds: number) => `${round((100 * seconds) / endSeconds)}%`;
  const last = rows.length;
  const roll = rows.map(
    ({ atSeconds }, index) => `${percent(atSeconds)}{transform:translateY(${-Math.max(0, index + 1 - ROWS) * LINE}px)}`,
  );
  const curtain = rows.map(({ atSeconds }, index) => `${percent(atSeconds)}{transform:translateY(${(index + 1) * LINE}px)}`);
  const covers = rows.flatMap((row, index) => (row.typedAtSeconds === undefined ? [] : [renderCover(row, index, percent)]));
  const clocks = clock.map(([from], index) => {
    const to = clock[index + 1]?.[0];
    const end = to === undefined ? "" : `${percent(to)}{visibility:hidden}`;
    return `.c${index}{animation-name:c${index}}@keyframes c${index}{0%{visibility:hidden}${percent(from)}{visibility:visible}${end}}`;
  });
  return [
    `text{font:${FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#24292f;white-space:pre}`,
    ".b{fill:#f6f8fa}.k{fill:#57606a}.o{fill:#6e7781}.p{fill:#0550ae;font-weight:600}.c{text-anchor:end;visibility:hidden}",
    "@media(prefers-color-scheme:dark){text{fill:#d0d7de}.b{fill:#161b22}.k{fill:#8b949e}.o{fill:#8b949e}.p{fill:#79c0ff}}",
    `.r{transform:translateY(${-Math.max(0, last - ROWS) * LINE}px)}.u{transform:translateY(${last * LINE}px)}`,
    `.x{transform:translateX(${WIDTH}px)}.c${clock.length - 1}{visibility:visible}`,
    "@media(prefers-reduced-motion:no-preference){",
    `.r,.u,.x,.c{animation:${round(endSeconds)}s step-end infinite}`,
    `.r{animation-name:r}@keyframes r{0%{transform:none}${roll.join("")}}`,
    `.u{animation-name:u}@keyframes u{0%{transform:none}${curtain.join("")}}`,
    ...clocks,
    ...covers,
    "}",
  ].join("\n");
}

function renderCover({ text, atSeconds, typedAtSeconds }: ShownRow, index: number, percent: (seconds: number) => string): string {
  const begin = EDGE + (text.startsWith("$ ") ? 2 * LETTER : 0);
  const letters = Math.round((EDGE + text.length * LETTER - begin) / LETTER);
  const moves = [
    `0%,${percent(atSeconds)}{transform:translateX(${round(begin)}px);animation-timing-function:steps(${letters})}`,
    `${percent(typedAtSeconds!)}{transform:translateX(${round(begin + letters * LETTER)}px)}`,
    `${percent(typedAtSeconds! + 0.1)},to{transform:translateX(${WIDTH}px)}`,
  ];
  return `.x${index}{animation-name:x${index}}@keyframes x${index}{${moves.join("")}}`;
}

function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
