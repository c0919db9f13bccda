import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanFacts } from "../plan/model/plan-facts";
import { BadInputError } from "../plan/problems/errors";

/** Tells the program the digest of the files that its run was agreed to. */
export const SEEN_FILES_VARIABLE = "LDMS_SEEN_FILES";

/** By name, what tells one content from another. */
export type Marks = Readonly<Record<string, string>>;

/** 64 bits: enough that nobody finds another content with the same ones. */
const DIGEST_HEX = 16;

/** In any order the same. */
export function digestMarks(marks: Marks): string {
  const entries = Object.entries(marks).sort(([a], [b]) => (a < b ? -1 : 1));
  return markOf(JSON.stringify(entries)).slice(0, DIGEST_HEX);
}

export function markOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** What a stack file names beside itself, as planning has read it. */
export function markSideFiles({ ownFiles, ownFolders = {}, archives = [] }: PlanFacts): Marks {
  return {
    ...Object.fromEntries(Object.entries(ownFiles).map(([path, text]) => [path, markOf(text)])),
    ...Object.fromEntries(Object.entries(ownFolders).map(([path, names]) => [`${path}/`, names.join(" ")])),
    ...Object.fromEntries(archives.map((archive) => [archive.path, "sha256" in archive ? archive.sha256 : archive.problem])),
  };
}

/** The same with the project's file and the stack's. */
export function markFiles(projectFolder: string, stack: string, sideFiles: Marks): Marks {
  const names = ["Pulumi.yaml", `Pulumi.${stack}.yaml`];
  return { ...Object.fromEntries(names.map((name) => [name, markOf(readFileSync(join(projectFolder, name)))])), ...sideFiles };
}

/** For the program of an update whose plan was agreed to. @throws BadInputError where a file has changed since */
export function assertFilesSeen(seen: string | undefined, projectFolder: string, stack: string, sideFiles: Marks): void {
  if (seen === undefined || digestMarks(markFiles(projectFolder, stack, sideFiles)) === seen) return;
  throw BadInputError.of(
    "plan",
    `a file was changed while the run began: Pulumi.${stack}.yaml, or one that it names; nothing was changed`,
    `ldms preview -s ${stack}`,
  );
}
