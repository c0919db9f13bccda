import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { findPulumi } from "../operations/pulumi-cli";
import { findProjectFolder } from "../stack/find-project-folder";

const ROOT = join(__dirname, "..");
const PROGRAM = join(ROOT, "program");
/** Most of it. Not itself, for a package of Pulumi's takes the run's settings from the environment while it loads, and these come later. */
const PARTS_OF_PROGRAM = ["operations/plan-stack", "operations/observe/sweep", "plan/rules/check-plan"].map((part) => join(ROOT, part));
const VERBS: readonly (string | undefined)[] = ["up", "preview"];

/**
 * Has the runner of a program load while this process loads its own verbs, each half a second: a guess from the words of the command line. A runner that
 * nobody takes ends with this process.
 */
export function beginEarly(words: readonly string[]): void {
  if (!VERBS.includes(words.find((word) => !word.startsWith("-"))) || words.some((word) => ["-h", "--help"].includes(word))) return;
  if (isByPulumi(words)) return;
  const { isOwnFolder, warmRunner } = require("../engine/children/program-runner") as typeof import("../engine/children/program-runner");
  const folder = findProjectFolder(process.cwd());
  try {
    warmRunner(folder, isOwnFolder(folder) || isInitProgram(folder) ? PARTS_OF_PROGRAM : []);
  } catch {
    // No project, or no SDK: said by the verb.
  }
}

function isByPulumi(words: readonly string[]): boolean {
  const named = ["embedded", "pulumi"].find((name) => words.includes(name) || words.includes(`--engine=${name}`));
  return named === undefined ? findPulumi(process.env["PATH"] ?? "") !== undefined : named === "pulumi";
}

/** The folder's program is one of those that `ldms init` writes. */
function isInitProgram(folder: string): boolean {
  const path = join(folder, "index.js");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (text.includes(JSON.stringify(PROGRAM))) return true;
  return text.includes('"ldms/program"') && createRequire(path).resolve("ldms/program") === realpathSync(join(ROOT, "index.js"));
}
