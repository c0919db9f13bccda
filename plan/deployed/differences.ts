import { readMap, readText } from "../text/read-value";
import { type DeployedFile, NOT_SHOWN } from "./deployed";

/** A file or a container of which hosts are to get another one. */
export interface Difference {
  readonly kind: "file" | "container";
  /** `/var/lib/ldms/lab/samp/ldmsd.conf`; the name of a container. */
  readonly name: string;
  /** Folded: `cygnus-[01-04]`. */
  readonly hosts: string;
  readonly change: "new" | "changed" | "removed";
  /** The container that the change of a file replaces. */
  readonly restarts?: string;
  /** Unified, of a file's text, or of the lines of a `docker run`; empty where there is no text to show. */
  readonly diff: string;
  /** What else there is to say: `the secret has changed`, `mode 0644 becomes 0600`. */
  readonly notes: readonly string[];
}

type Found = Omit<Difference, "hosts">;

const HIDDEN_TEXT = "its text has changed; it may have a password in it, and is not shown";
const HIDDEN_VALUE = "a value that is not shown has changed";

/** More edits than anybody reads; the time to find them goes by their square. */
const MOST_EDITS = 1000;

/**
 * What differs between two descriptions of `describeDeployed`, as an engine has them of a state and of a program.
 * One that is not there yet, or no longer, tells nothing: everything is new, or goes.
 */
export function findDifferences(before: unknown, after: unknown): Found[] {
  const [old, next] = [readMap(before), readMap(after)];
  const files = compareEach(readMap(old["files"]), readMap(next["files"]), compareFiles);
  const restarted = new Set(files.flatMap(({ restarts }) => restarts ?? []));
  const runs = compareEach(readMap(old["containers"]), readMap(next["containers"]), (name, before, after) =>
    compareRuns(name, before, after, restarted.has(name)),
  );
  return [...files, ...runs];
}

type Values = Readonly<Record<string, unknown>>;

function compareEach(old: Values, next: Values, compare: (name: string, old: unknown, next: unknown) => Found[]): Found[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  return names.flatMap((name) => compare(name, old[name], next[name]));
}

function compareFiles(name: string, before: unknown, after: unknown): Found[] {
  const [old, next] = [readFile(before), readFile(after)];
  const change = changeOf(before, after);
  const kept = { kind: "file" as const, name, ...(next.restarts !== undefined && { restarts: next.restarts }) };
  if (change !== "changed") return [{ ...kept, change, diff: "", notes: [] }];
  // Of a text that has become hidden its old words say nothing of the new ones, and the other way round.
  const isShown = old.text !== undefined && next.text !== undefined;
  const diff = isShown ? diffTexts(old.text, next.text) : { text: "", notes: [] };
  const notes = [
    ...(old.mode === next.mode ? [] : [`mode ${old.mode} becomes ${next.mode}`]),
    ...(old.owner === next.owner ? [] : [`owner ${old.owner} becomes ${next.owner}`]),
    ...(old.secret === next.secret ? [] : ["the secret has changed"]),
    ...(isShown || (old.text === undefined && old.hidden === next.hidden) ? [] : [HIDDEN_TEXT]),
    ...(old.generated === next.generated ? [] : [`made on the host: ${next.generated ?? "no longer"}`]),
    ...diff.notes,
  ];
  return diff.text === "" && notes.length === 0 ? [] : [{ ...kept, change, diff: diff.text, notes }];
}

function readFile(value: unknown): Partial<DeployedFile> {
  // A text may be empty.
  return Object.fromEntries(Object.entries(readMap(value)).filter(([, word]) => typeof word === "string"));
}

function compareRuns(name: string, before: unknown, after: unknown, isRestarted: boolean): Found[] {
  const change = changeOf(before, after);
  if (change !== "changed") return [{ kind: "container", name, change, diff: "", notes: [] }];
  const [old, next] = [readRun(before), readRun(after)];
  // Each line is a fact of its own: those around it say nothing of it.
  const { text, notes } = diffTexts(old.shown, next.shown, 0);
  // The hash is of the lines that are shown and of the files, too: where one of these differs, it tells nothing.
  const isToldByHash = old.shown === next.shown && !isRestarted && old.hash !== next.hash;
  const all = isToldByHash ? [HIDDEN_VALUE] : notes;
  return text === "" && all.length === 0 ? [] : [{ kind: "container", name, change, diff: withoutPlaces(text), notes: all }];
}

function readRun(value: unknown): { readonly shown: string; readonly hash: string | undefined } {
  const lines = (readText(value) ?? "").split("\n");
  const isHash = (line: string) => line.startsWith(NOT_SHOWN);
  return { shown: lines.filter((line) => !isHash(line)).join("\n"), hash: lines.find(isHash) };
}

function changeOf(before: unknown, after: unknown): Difference["change"] {
  if (before === undefined) return "new";
  return after === undefined ? "removed" : "changed";
}

/** The hunks of a unified diff. */
export function diffTexts(old: string, next: string, context = 3): { readonly text: string; readonly notes: readonly string[] } {
  if (old === next) return { text: "", notes: [] };
  // Where nothing has changed it is not loaded.
  const { structuredPatch } = require("diff") as typeof import("diff");
  const patch = structuredPatch("", "", old, next, "", "", { context, maxEditLength: MOST_EDITS });
  if (patch === undefined) return { text: "", notes: [`more than ${MOST_EDITS} lines differ`] };
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${placeOf(hunk.oldStart, hunk.oldLines)} +${placeOf(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ]);
  return { text: lines.join("\n"), notes: [] };
}

/** No line has the place of the one in front of it. */
function placeOf(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function withoutPlaces(diff: string): string {
  return diff
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("@@"))
    .map((line) => `${line.slice(0, 1)} ${line.slice(1)}`)
    .join("\n");
}
