import { statSync } from "node:fs";
import { join } from "node:path";
import type { StackLocation } from "../stack/open-stack";

/** Where a stack keeps that it is settled. */
export function settledPath({ projectFolder, stack }: Pick<StackLocation, "projectFolder" | "stack">): string {
  return join(projectFolder, ".ldms", stack, "settled.json");
}

/** A guess for who cannot wait for the plan: since the stack was settled nobody has written to its file. */
export function looksSettled(projectFolder: string, stack: string): boolean {
  const files = ["Pulumi.yaml", `Pulumi.${stack}.yaml`].map((name) => join(projectFolder, name));
  try {
    const settled = timeOf(settledPath({ projectFolder, stack }));
    return files.every((path) => timeOf(path) < settled);
  } catch {
    return false;
  }
}

function timeOf(path: string): number {
  return statSync(path).mtimeMs;
}
