import { join } from "node:path";
import { findPulumi } from "../operations/pulumi-cli";
import { findProjectFolder } from "../stack/find-project-folder";

const ROOT = join(__dirname, "..");
/** Most of it. Not itself, for a package of Pulumi's takes the run's settings from the environment while it loads, and these come later. */
const PARTS_OF_PROGRAM = ["operations/plan-stack", "operations/observe/sweep", "plan/rules/check-plan"].map((part) => join(ROOT, part));
/** With these words of `up` a program is asked whatever is known. */
const ASKS = /^--(refresh|target|exclude|only-failed|policy-pack|expect|take-over)/;
const VERBS: readonly (string | undefined)[] = ["up", "preview"];

/**
 * Has the runner of a program load while this process loads its own verbs, each half a second: a guess from the words of the command line. A runner that
 * nobody takes ends with this process.
 */
export function beginEarly(words: readonly string[]): void {
  if (!VERBS.includes(words.find((word) => !word.startsWith("-"))) || words.some((word) => ["-h", "--help"].includes(word))) return;
  if (isByPulumi(words)) return;
  // Loaded for these verbs only: this runs in front of every other one, too.
  const { looksSettled } = require("../automation/settled-file") as typeof import("../automation/settled-file");
  const folder = findProjectFolder(process.cwd());
  try {
    if (words.includes("up") && !words.some((word) => ASKS.test(word)) && looksSettled({ projectFolder: folder, stack: stackIn(words) }))
      return;
    const { warmRunner } = require("../engine/children/program-runner") as typeof import("../engine/children/program-runner");
    const { hasOwnProgram } = require("../automation/own-program") as typeof import("../automation/own-program");
    warmRunner(folder, hasOwnProgram(folder) ? PARTS_OF_PROGRAM : []);
  } catch {
    // No project, or no SDK: said by the verb.
  }
}

function isByPulumi(words: readonly string[]): boolean {
  const named = ["embedded", "pulumi"].find((name) => words.includes(name) || words.includes(`--engine=${name}`));
  return named === undefined ? findPulumi(process.env["PATH"] ?? "") !== undefined : named === "pulumi";
}

/** `-s lab`, `-slab`, `--stack lab`, `--stack=lab`; empty where none is named. */
function stackIn(words: readonly string[]): string {
  return /^(?:-s|--stack)[\n=]?(.+)$/m.exec(words.join("\n"))?.[1] ?? "";
}
