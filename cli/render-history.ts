import type { RunDetails, SiteHistoryEntry } from "../automation/verbs/read-history";
import type { Restored } from "../automation/verbs/roll-back";
import { foldHosts } from "../plan/hostlist/fold";
import { showControls, showLines } from "../plan/text/text";

const HEAD = ["RUN", "WHEN", "TOOK", "WHO", "WHAT", "CHANGES", "RESULT"];

/** Of a run on thousands of hosts the rest is in `--json`. */
const MOST_STEPS = 20;

/** How Pulumi counts, in its own order. */
const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "+-", delete: "-" };

/** A line a run, the newest first. */
export function renderHistory(entries: readonly SiteHistoryEntry[]): string {
  const rows = [HEAD, ...entries.map((entry) => [String(entry.run ?? ""), ...cellsOf(entry)])];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

function cellsOf(entry: SiteHistoryEntry): string[] {
  const { startTime, endTime, who = "", kind, message, skippedHosts = [], result, inside } = entry;
  const where = inside === undefined ? "" : ` (${inside})`;
  const what = `${message ? `${kind}: ${message}` : kind}${where}`;
  const left = skippedHosts.length > 0 ? `, left out ${foldHosts([...skippedHosts])}` : "";
  return [
    renderTime(startTime),
    renderSeconds(endTime - startTime),
    who,
    what,
    renderChanges(entry),
    `${renderEnds(entry) || result}${left}`,
  ].map(showControls);
}

/** `exit code 0: n[1-3]; exit code 1: n4` */
function renderEnds({ ends = {} }: SiteHistoryEntry): string {
  return Object.entries(ends)
    .map(([end, hosts]) => `${end}: ${hosts}`)
    .join("; ");
}

function renderTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString("sv-SE").slice(0, 16);
}

function renderSeconds(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function renderChanges({ resourceChanges = {}, isPartial, hosts }: SiteHistoryEntry): string {
  // Of what was no run nobody knows what it changed.
  if (hosts !== undefined) return "";
  const counts = Object.entries(SIGNS).flatMap(([op, sign]) => (resourceChanges[op] ? [`${sign}${resourceChanges[op]}`] : []));
  return `${counts.join(" ") || "none"}${isPartial ? " (a part)" : ""}`;
}

export interface DetailOptions {
  /** With the files of the run against those of the run before it, and what changed on the hosts. */
  readonly diff?: boolean;
}

export function renderRun(details: RunDetails, { diff = false }: DetailOptions): string {
  const { run, images = [], steps, failures, files, backTo } = details;
  const [when, took, who, what, changes, result] = cellsOf(details);
  const lines = [
    `run ${run}: ${what}`,
    `  ${when}, ${took}, ${who}: ${result}, changes: ${changes}`,
    ...(backTo === undefined ? [] : [`  with the files of run ${backTo}`]),
    ...images.map(
      ({ name, reference, digest }) =>
        `  image ${name}: ${reference}${digest === undefined || reference.includes(digest) ? "" : `@${digest}`}`,
    ),
    ...files.map(({ path, change }) => `  ${change} file: ${path}`),
    ...failures.map((failure) => `  failed: ${failure.trim()}`),
    ...steps.slice(0, MOST_STEPS).map((step) => `  ${step}`),
    ...(steps.length > MOST_STEPS ? [`  and ${steps.length - MOST_STEPS} more steps`] : []),
  ];
  // What failed has a host's words, and a file's text may have anything.
  return showLines([...lines, ...(diff ? renderDiffs(details) : [])].join("\n"));
}

function renderDiffs({ files, differences }: RunDetails): string[] {
  const ofFiles = files
    .filter(({ change }) => change === "changed")
    .flatMap(({ path, diff }) => [
      "",
      `${path}:`,
      ...(diff === "" ? ["  its text has changed; it may have a password in it, and is not shown"] : indent(diff)),
    ]);
  const onHosts = differences.flatMap(({ hosts, name, change, diff, notes }) => [
    "",
    `${hosts}: ${change} ${name}`,
    ...indent(diff),
    ...notes.map((note) => `  ${note}`),
  ]);
  return [...ofFiles, ...onHosts];
}

function indent(text: string): string[] {
  return text === "" ? [] : text.split("\n").map((line) => `  ${line}`);
}

/** What a rollback puts in the place of today's, for who is asked whether to go on. */
export function renderRestored({ to, written, keptIn, secretsOfToday, unknownImages }: Restored): string {
  const [when, , who, what] = cellsOf(to);
  return [
    `back to run ${to.run} of ${when}, ${who}: ${what}`,
    `  files as they were then: ${written.length > 0 ? written.join(", ") : "they are so today"}`,
    ...(keptIn === undefined ? [] : [`  what they take the place of is in ${keptIn}`]),
    `  secrets are today's${secretsOfToday.length > 0 ? `: ${secretsOfToday.join(", ")}` : "; the stack file has none"}`,
    ...(unknownImages.length > 0
      ? [`  nobody knows what these tags named then; what they name today is taken: ${unknownImages.join(", ")}`]
      : []),
  ].join("\n");
}
