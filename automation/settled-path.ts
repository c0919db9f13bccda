import { statSync } from "node:fs";
import { join } from "node:path";
import type { StackLocation } from "../stack/open-stack";

/** Where a stack keeps that it is settled. */
export function settledPath({ projectFolder, stack }: Pick<StackLocation, "projectFolder" | "stack">): string {
  return join(projectFolder, ".ldms", stack, "settled.json");
}

/** A guess for who cannot wait for the plan: since the stack was settled nobody has written to its file. */
export function looksSettled(projectFolder: string, stack: string): boolean {
  const timeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const [settled, ...files] = [
    settledPath({ projectFolder, stack }),
    ...["Pulumi.yaml", `Pulumi.${stack}.yaml`].map((name) => join(projectFolder, name)),
  ].map(timeOf);
  return settled !== undefined && files.every((time) => time !== undefined && time < settled);
}
