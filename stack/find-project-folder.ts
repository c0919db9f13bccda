import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The next folder at or above this one that holds a project, as `pulumi` finds it; this one where there is none. */
export function findProjectFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "Pulumi.yaml"))) return at;
    if (at === dirname(at)) return folder;
  }
}
