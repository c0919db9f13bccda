import * as fs from "node:fs";
import * as path from "node:path";

/** Source below lab/standin to its place in the tree, which is that of an installed ovis. */
const PLACES: readonly (readonly [string, string])[] = [
  ["bin", "bin"],
  ["sbin", "sbin"],
  ["plugins", "lib/ovis-ldms"],
  ["python", "lib/python3/site-packages"],
  ["ui", "ui"],
  ["dsosds", "dsosds"],
];

/**
 * Lays out the stand-ins as a build of the real binaries would be: what `ldms:images.ovis` names in a lab.
 * The folder is made anew each time; same sources, same names, bytes and modes.
 */
export function writeStandinTree(outFolder: string): void {
  fs.rmSync(outFolder, { recursive: true, force: true });
  for (const [source, place] of PLACES) {
    fs.cpSync(path.join(__dirname, source), path.join(outFolder, place), {
      recursive: true,
      filter: (name) => path.basename(name) !== "__pycache__",
    });
  }
}
