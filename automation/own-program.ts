import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { isOwnFolder } from "../engine/children/program-runner";

/** Where this package is: a checkout, or its compiled form. */
export const PACKAGE = resolve(__dirname, "..");

/** The folder `node_modules` that has what this package needs. */
export const PACKAGES = resolve(dirname(require.resolve("@pulumi/pulumi/package.json")), "../..");

/** The program of a site. */
export const PROGRAM = "index.js";

const CHECKOUTS_PROGRAM = "index.ts";

/** The program of a site that has the package installed. */
export const INSTALLED_PROGRAM = 'module.exports = require("ldms/program");\n';

/** A checkout has sources, which Node.js alone does not read. */
export function renderProgram(): string {
  const loader = existsSync(join(PACKAGE, "program.ts")) ? `require(${JSON.stringify(join(PACKAGE, "bin", "sources.js"))});\n` : "";
  return `${loader}module.exports = require(${JSON.stringify(join(PACKAGE, "program"))}).deployCluster;\n`;
}

/**
 * The folder is this checkout, or its program is the one that `ldms init` writes: it does what this package does, and no more.
 * @param main as its Pulumi.yaml has it; absent: one of these
 */
export function hasOwnProgram(folder: string, main?: string): boolean {
  if (isOwnFolder(folder)) return main === undefined || main === CHECKOUTS_PROGRAM;
  if (main !== undefined && main !== PROGRAM) return false;
  const path = join(folder, PROGRAM);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text === renderProgram() || (text === INSTALLED_PROGRAM && isThisInstalled(path));
}

/** A checkout is installed nowhere. */
function isThisInstalled(path: string): boolean {
  try {
    return createRequire(path).resolve("ldms/program") === realpathSync(join(PACKAGE, "index.js"));
  } catch {
    return false;
  }
}
