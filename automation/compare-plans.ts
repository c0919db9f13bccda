import type { Marks } from "../operations/seen-files";
import { parseUrn } from "../stack/urn";
import { digestPlan, SEEN_PARTS, type SeenPlan } from "./seen-plan";

type Part = keyof SeenPlan;

/** Behind these the rest of what differs is counted. */
const MOST_NAMES = 5;

const WORDS: Readonly<Record<Part, string>> = {
  files: "the stack file, or a file that it names",
  state: "the state: somebody deployed in the meantime",
  steps: "the steps: the hosts, the state or the program are not as they were",
  images: "the images",
};

const NOUNS: Readonly<Record<Part, string>> = { files: "files", state: "resources of the state", steps: "steps", images: "images" };

/** `cygnus-03-samp` of a URN; everything else says what it is by itself. */
function nameOf(key: string): string {
  return key.startsWith("urn:") ? parseUrn(key).name : key;
}

/** What differs, a line each. @param before undefined where only its digest is known */
export function comparePlans(expected: string, before: SeenPlan | undefined, now: SeenPlan): string[] {
  const [old, next] = [expected.split("-"), digestPlan(now).split("-")];
  return SEEN_PARTS.filter((_, at) => old[at] !== next[at]).flatMap((part) =>
    before === undefined ? [WORDS[part]] : compareMarks(part, before[part], now[part]),
  );
}

function compareMarks(part: Part, before: Marks, now: Marks): string[] {
  const changed = Object.keys(now).filter((key) => key in before && before[key] !== now[key]);
  const added = Object.keys(now).filter((key) => !(key in before));
  const gone = Object.keys(before).filter((key) => !(key in now));
  const told = (keys: readonly string[], marks: Marks) => keys.map((key) => tell(part, key, marks[key]!));
  const changes = changed.map((key) => tellChange(part, key, before[key]!, now[key]!));
  const lines = [["changed", changes] as const, ["new", told(added, now)] as const, ["missing", told(gone, before)] as const];
  return lines.filter(([, names]) => names.length > 0).map(([word, names]) => `${word} ${NOUNS[part]}: ${listNames(names)}`);
}

/** A step is known by what it does: `update cygnus-03-samp`. */
function tell(part: Part, key: string, mark: string): string {
  return part === "steps" ? `${mark.split(" ")[0]} ${nameOf(key)}` : nameOf(key);
}

function tellChange(part: Part, key: string, before: string, now: string): string {
  if (part === "images") return `${key}, \`${before}\` is \`${now}\``;
  const [old, next] = [tell(part, key, before), tell(part, key, now)];
  return old === next ? next : `${old} is ${next}`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
