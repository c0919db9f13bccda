import { existsSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import type { ClusterConfig } from "../../plan/config/config";
import { liesIn } from "../../plan/text/host-path";
import { ownFilePaths, pathsInFolders, readOwnFolders } from "../plan-stack";

/** What the stack file names beside itself: taken along from inside the project; keys, and what lies elsewhere, are named. */
export function sortOwnFiles(projectFolder: string, config: ClusterConfig): { readonly inside: string[]; readonly outside: string[] } {
  const root = realpathSync(projectFolder);
  // A link in the project is of this machine alone, as what lies outside is.
  const isInside = (path: string) => {
    const file = resolve(root, path);
    return !isAbsolute(path) && liesIn(root, file) && existsSync(file) && realpathSync(file) === file && statSync(file).isFile();
  };
  const own = [...ownFilePaths(config), ...pathsInFolders(readOwnFolders(projectFolder, config))];
  const { ssh } = config;
  const hosts = [ssh, ...ssh.overrides];
  const keys = hosts.flatMap(({ key }) => key ?? []);
  const knownHosts = hosts.flatMap((one) => one.knownHosts ?? []).filter((path) => existsSync(resolve(projectFolder, path)));
  const all = [...own, ...knownHosts];
  const inside = all.filter(isInside).map((path) => relative(root, resolve(root, path)));
  return { inside: [...new Set(inside)], outside: [...new Set([...all.filter((path) => !isInside(path)), ...keys])] };
}
