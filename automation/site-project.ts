import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { renderValue } from "../plan/config/wording";
import { BadInputError } from "../plan/problems/errors";
import { readMap } from "../plan/text/read-value";
import { shellQuote } from "../plan/text/shell";
import { createFileAtomically } from "../stack/atomic-file";
import { readProjectWords } from "../stack/project-file";
import { readTextFile } from "../stack/text-file";
import { INSTALLED_PROGRAM, PACKAGES, PROGRAM, renderProgram } from "./own-program";

/** What runs without a `main`. */
const DEFAULT_PROGRAMS = ["index.ts", PROGRAM];
/** `require("ldms/program")`, `require("/opt/ldms/program").deployCluster` */
const OWN_PROGRAM = /\bldms\b|\bdeployCluster\b/;
export const PROJECT_YAML = `name: ldms\nruntime: { name: nodejs, options: { typescript: false } }\nmain: ${PROGRAM}\n`;

/**
 * A project that is there runs LDMS, as far as its program shows that; the runner would find another one beside the stack file, and start it.
 * @throws BadInputError
 */
export async function assertOwnProject(folder: string): Promise<void> {
  if (!hasProject(folder)) return;
  const path = join(folder, "Pulumi.yaml");
  const help = `begin in a folder that is not below ${folder}, or move that file away`;
  const { runtime, main } = await readProjectWords(folder);
  if (runtime !== "nodejs") throw BadInputError.of(path, `is the project of another program: runtime ${renderValue(runtime)}`, help);
  for (const name of main === "." ? DEFAULT_PROGRAMS : [main]) {
    const program = join(folder, name);
    if (!statSync(program, { throwIfNoEntry: false })?.isFile()) continue;
    if (!OWN_PROGRAM.test((await readTextFile(program)) ?? ""))
      throw BadInputError.of(path, `is the project of another program: ${renderValue(name)}`, help);
    return;
  }
}

/** @throws BadInputError for what `makeProject` would find in its way; what a killed one has left is not */
export async function assertProjectFits(folder: string): Promise<void> {
  await assertOwnProject(folder);
  if (hasProject(folder)) return;
  for (const name of ["Pulumi.yaml", PROGRAM]) assertNoDeadLink(join(folder, name));
  const scope = findPackageScope(folder);
  if (scope?.type === "module") {
    const help = "begin in an empty folder, or take that line out";
    throw BadInputError.of(scope.path, `has \`"type": "module"\`, with which \`${PROGRAM}\` of a project of ldms does not run`, help);
  }
  const program = await readTextFile(join(folder, PROGRAM));
  if (program !== undefined && program !== renderProgramFor(folder))
    throw BadInputError.of(join(folder, PROGRAM), "exists already, and is not overwritten", "begin in an empty folder");
  if (!isInstalled(folder) && isThere(join(folder, "node_modules")) && !isLinked(folder)) {
    const help = "install the package of ldms there (docs/automation.md), or begin in an empty folder";
    throw BadInputError.of(join(folder, "node_modules"), "does not have what a project of ldms needs", help);
  }
}

/**
 * Makes the folder a Pulumi project that stands on this package, for `ldms` and `pulumi`; one that is there stays. Pulumi.yaml comes last.
 * @returns names of the files that it has then, none where there was a project
 */
export async function makeProject(folder: string): Promise<readonly string[]> {
  if (hasProject(folder)) return [];
  const isOwn = isInstalled(folder);
  if (!isThere(join(folder, PROGRAM))) await createFileAtomically(join(folder, PROGRAM), renderProgramFor(folder));
  if (!isOwn && !isThere(join(folder, "node_modules"))) await symlink(PACKAGES, join(folder, "node_modules"));
  await createFileAtomically(join(folder, "Pulumi.yaml"), PROJECT_YAML);
  return ["Pulumi.yaml", PROGRAM, ...(isOwn ? [] : ["node_modules"])];
}

function renderProgramFor(folder: string): string {
  return isInstalled(folder) ? INSTALLED_PROGRAM : renderProgram();
}

function hasProject(folder: string): boolean {
  return existsSync(join(folder, "Pulumi.yaml"));
}

/** The package is in the folder, or above it. */
function isInstalled(folder: string): boolean {
  const { resolve: find } = createRequire(join(folder, PROGRAM));
  try {
    find("ldms/program");
    find("@pulumi/pulumi/package.json");
    return true;
  } catch {
    return false;
  }
}

function isLinked(folder: string): boolean {
  try {
    return realpathSync(join(folder, "node_modules")) === realpathSync(PACKAGES);
  } catch {
    return false;
  }
}

/** @throws BadInputError */
export function assertNoDeadLink(path: string): void {
  if (isThere(path) && !existsSync(path)) throw BadInputError.of(path, "is a link to nothing", `remove it: rm ${shellQuote(path)}`);
}

/** The package.json by which Node.js reads what lies in the folder. */
function findPackageScope(folder: string): { readonly path: string; readonly type: unknown } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "package.json");
    if (existsSync(path)) return { path, type: typeOfPackage(path) };
    if (at === dirname(at)) return undefined;
  }
}

function typeOfPackage(path: string): unknown {
  try {
    return readMap(JSON.parse(readFileSync(path, "utf8")))["type"];
  } catch {
    return undefined;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
