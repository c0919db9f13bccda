import { cpSync, existsSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT_PARTS } from "../operations/common/project-parts";
import { PROJECT_FOLDER } from "./names";

/** What `bin/ldms.js` has compiled of the sources: a copy need not do it again. */
const COMPILED = ".compiled";

/** Copies what runs a stack to an existing folder. (Copies, for a compiler that follows a link finds sources outside its folder and stops.) */
export function copyProject(to: string): void {
  if (existsSync(join(PROJECT_FOLDER, COMPILED))) copyCompiled(to);
  for (const part of PROJECT_PARTS) cpSync(join(PROJECT_FOLDER, part), join(to, part), { recursive: true, filter: isSource });
  symlinkSync(join(PROJECT_FOLDER, "node_modules"), join(to, "node_modules"));
}

/** A run beside this one may give a file its name while it is being copied: then once more. */
function copyCompiled(to: string, tries = 5): void {
  try {
    cpSync(join(PROJECT_FOLDER, COMPILED), join(to, COMPILED), { recursive: true });
  } catch (error) {
    if (tries === 1 || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    copyCompiled(to, tries - 1);
  }
}

function isSource(path: string): boolean {
  return basename(path) !== "node_modules";
}
