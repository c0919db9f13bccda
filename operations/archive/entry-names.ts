import { ArchiveProblem } from "./archive-problem";

/** Far above this project's own 13 000 files and 117 characters; what is kept of the names stays below 50 MB. */
const MAX_ENTRIES = 50_000;
const MAX_NAME_BYTES = 512;
/** Of one file or folder, on every file system of Linux. */
const MAX_PART_BYTES = 255;
/** Of a name that is none. */
const SHOWN_CHARACTERS = 100;

/** The names of an archive's entries as they come: each a path below its top, none twice. */
export class EntryNames {
  private readonly seen = new Map<string, string>();

  /** @throws ArchiveProblem */
  add(name: string): void {
    const problem = findNameProblem(name);
    if (problem) throw new ArchiveProblem(`has \`${name.slice(0, SHOWN_CHARACTERS)}\`, which ${problem}`);
    if (this.seen.size >= MAX_ENTRIES) throw new ArchiveProblem(`has more than ${MAX_ENTRIES} files`);
    // One file to a disk that does not tell cases or forms of a letter apart.
    const folded = name.normalize("NFC").toLowerCase();
    const earlier = this.seen.get(folded);
    if (earlier === name) throw new ArchiveProblem(`has \`${name}\` twice`);
    if (earlier !== undefined) throw new ArchiveProblem(`has \`${earlier}\` and \`${name}\`, which some disks take for one file`);
    this.seen.set(folded, name);
  }
}

/** Why no file is made of that name, in words that follow it; undefined: it is a path below a folder. */
export function findNameProblem(name: string): string | undefined {
  const parts = name.split("/");
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) return "has control characters in its name";
  // A reader of UTF-8 puts U+FFFD for what is none: two names would be one.
  if (name.includes("\ufffd")) return "is no name in UTF-8";
  if (name.startsWith("/")) return "is an absolute path";
  if (parts.includes("..")) return "leads out of its folder";
  if (parts.includes("") || parts.includes(".")) return "is no plain path";
  if (Buffer.byteLength(name) > MAX_NAME_BYTES || parts.some((part) => Buffer.byteLength(part) > MAX_PART_BYTES))
    return "is too long a name";
  return undefined;
}
