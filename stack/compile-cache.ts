import { mkdirSync, statSync } from "node:fs";
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { userFolder } from "./user-folder";

const WRITABLE_BY_OTHERS = 0o022;
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: (folder: string) => unknown };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * For a process that loads JavaScript, and may load TypeScript by ts-node, as Pulumi's SDK does, or by tsx. What is compiled is kept for the next one.
 * ts-node and tsx would keep it in a folder of /tmp whose name anybody can work out, and run what they find there, whoever wrote it.
 */
export function compileCacheVariables(environment: Environment): Readonly<Record<string, string>> {
  return { TSX_DISABLE_CACHE: "1", ...tsNodeVariables(environment), ...nodeVariables(environment) };
}

/** Has this process use what an earlier one has compiled: from Node.js 22.8 on. A command of a few hosts spends most of its time on loading modules. */
export function useCompileCache(environment: Environment): void {
  const { NODE_COMPILE_CACHE } = nodeVariables(environment);
  if (NODE_COMPILE_CACHE !== undefined) enableCompileCache?.(NODE_COMPILE_CACHE);
}

function tsNodeVariables(environment: Environment): Readonly<Record<string, string>> {
  if (environment["TS_NODE_CACHE_DIRECTORY"]) return {};
  const folder = ownFolder(environment, "ts-node");
  return folder === undefined ? { TS_NODE_CACHE: "false" } : { TS_NODE_CACHE_DIRECTORY: folder };
}

function nodeVariables(environment: Environment): Readonly<Record<string, string>> {
  if (enableCompileCache === undefined || environment["NODE_COMPILE_CACHE"]) return {};
  const folder = ownFolder(environment, "node");
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** Undefined where somebody else might write there, and for a root that has kept another user's home. */
function ownFolder({ XDG_CACHE_HOME: named }: Environment, name: string): string | undefined {
  const folder = join(userFolder(named, ".cache"), "ldms");
  if (!named && !isOwners(homedir())) return undefined;
  return isOwn(folder) && isOwn(join(folder, name)) ? join(folder, name) : undefined;
}

function isOwners(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

/** The folder is there, made where it is not, and nobody else writes to it. */
function isOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    return uid === process.getuid?.() && (mode & WRITABLE_BY_OTHERS) === 0;
  } catch {
    return false;
  }
}
