import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { userFolder } from "./user-folder";

const WRITABLE_BY_OTHERS = 0o022;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * For a process that may load TypeScript by ts-node, as Pulumi's SDK does, or by tsx. Both keep what they have compiled in a folder of /tmp whose
 * name anybody can work out, and run what they find there, whoever wrote it.
 */
export function compileCacheVariables(environment: Environment): Readonly<Record<string, string>> {
  return { TSX_DISABLE_CACHE: "1", ...tsNodeVariables(environment) };
}

function tsNodeVariables({ TS_NODE_CACHE_DIRECTORY: chosen, XDG_CACHE_HOME: named }: Environment): Readonly<Record<string, string>> {
  if (chosen) return {};
  const folder = join(userFolder(named, ".cache"), "ldms", "ts-node");
  return isOwn(folder) ? { TS_NODE_CACHE_DIRECTORY: folder } : { TS_NODE_CACHE: "false" };
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
