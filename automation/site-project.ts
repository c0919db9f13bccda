import { existsSync, lstatSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { BadInputError } from "../plan/problems/errors";
import { createFileAtomically } from "../stack/atomic-file";

/** Where this package is: a checkout, or its compiled form. */
const PACKAGE = resolve(__dirname, "..");

/** The folder `node_modules` that has what this package needs. */
export const PACKAGES = resolve(dirname(require.resolve("@pulumi/pulumi/package.json")), "../..");

export const PROJECT_YAML = "name: ldms\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n";

/** A checkout has sources, which Node.js alone does not read. */
export function renderProgram(): string {
  const loader = existsSync(join(PACKAGE, "program.ts")) ? `require(${JSON.stringify(require.resolve("tsx/cjs"))});\n` : "";
  return `${loader}module.exports = require(${JSON.stringify(join(PACKAGE, "program"))}).deployCluster;\n`;
}

/** What `makeProject` finds in its way. @throws BadInputError */
export function assertProjectFits(folder: string): void {
  if (hasProject(folder)) return;
  if (isThere(join(folder, "index.js")))
    throw BadInputError.of(join(folder, "index.js"), "is there already, and nothing overwrites it", "begin in an empty folder");
  if (isThere(join(folder, "node_modules")) && !hasPackages(folder)) {
    const help = "install the package of ldms there (docs/automation.md), or begin in an empty folder";
    throw BadInputError.of(join(folder, "node_modules"), "does not have what a project of ldms needs", help);
  }
}

/**
 * Makes the folder a Pulumi project that stands on this package, for `ldms` and `pulumi`; one that is there stays. Pulumi.yaml comes last.
 * @returns names of the files that were made
 */
export async function makeProject(folder: string): Promise<readonly string[]> {
  if (hasProject(folder)) return [];
  const isInstalled = hasPackages(folder);
  await createFileAtomically(join(folder, "index.js"), isInstalled ? 'module.exports = require("ldms/program");\n' : renderProgram());
  if (!isInstalled) await symlink(PACKAGES, join(folder, "node_modules"));
  await createFileAtomically(join(folder, "Pulumi.yaml"), PROJECT_YAML);
  return ["Pulumi.yaml", "index.js", ...(isInstalled ? [] : ["node_modules"])];
}

function hasProject(folder: string): boolean {
  return existsSync(join(folder, "Pulumi.yaml"));
}

/** The package is installed in the folder, or above it. */
function hasPackages(folder: string): boolean {
  const { resolve: find } = createRequire(join(folder, "index.js"));
  try {
    find("ldms/program");
    find("@pulumi/pulumi/package.json");
    return true;
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
