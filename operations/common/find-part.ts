import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where this package is: a checkout, or its compiled form, where everything has the same place. */
const PACKAGE = resolve(__dirname, "../..");

/** Folder of the images' recipes or of the policy pack: the project's own, or for a project that only stands on this package, the package's. */
export function findPart(projectFolder: string, name: "images" | "policies"): string {
  const own = join(projectFolder, name);
  return existsSync(own) ? own : join(PACKAGE, name);
}
