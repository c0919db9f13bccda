import { readFileSync } from "node:fs";
import { join } from "node:path";
import { digestMarks, markFiles } from "../operations/seen-files";
import { writeFileAtomically } from "../stack/atomic-file";
import type { StackLocation } from "../stack/open-stack";

type Place = Pick<StackLocation, "projectFolder" | "stack">;

/** Kept beside the project by an `up` that left nothing to do. */
export interface SettledJson {
  /** Of the project's file and the stack's: for a guess. */
  readonly files: string;
  /** All that the program's requests follow from, beside the state. */
  readonly asked: string;
  readonly state: string;
  /** Of each batch, as the sweep behind it will count them; none by the method docker. */
  readonly generations: Readonly<Record<string, number>>;
}

export function settledPath({ projectFolder, stack }: Place): string {
  return join(projectFolder, ".ldms", stack, "settled.json");
}

/** Empty where there is none, or nothing that can be read. */
export function readSettled(place: Place): Partial<SettledJson> {
  try {
    return (JSON.parse(readFileSync(settledPath(place), "utf8")) as Partial<SettledJson> | null) ?? {};
  } catch {
    return {};
  }
}

export async function writeSettled(place: Place, settled: Omit<SettledJson, "files">): Promise<void> {
  await writeFileAtomically(settledPath(place), JSON.stringify({ files: digestFiles(place), ...settled }));
}

/** A guess for who cannot wait for the plan: the stack's file is the one with which it was settled. */
export function looksSettled(place: Place): boolean {
  const { files } = readSettled(place);
  try {
    return files !== undefined && files === digestFiles(place);
  } catch {
    return false;
  }
}

function digestFiles({ projectFolder, stack }: Place): string {
  return digestMarks(markFiles(projectFolder, stack, {}));
}
