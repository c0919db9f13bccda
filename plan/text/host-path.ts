/** Not the one spelling of an absolute path: `//`, `.` or `..` in it, a slash at its end, or none at its beginning. */
const HAS_OTHER_SPELLING = /^(?!\/)|\/(\/|\.{1,2}(\/|$)|$)/;

/** The one spelling of a path, as the kernel takes it where no link is on the way: `//etc/./x/../ssh/` is `/etc/ssh`. */
export function normalizePath(path: string): string {
  if (!HAS_OTHER_SPELLING.test(path)) return path;
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return `/${steps.join("/")}`;
}

/** What a path of a host leads to, by the links that every host has: `/var/run/docker.sock` is `/run/docker.sock`. */
export function resolvePath(path: string): string {
  const normal = normalizePath(path);
  // Most paths are of other folders, and rules ask for tens of thousands.
  if (!normal.startsWith("/var/")) return normal;
  return normal.replace(/^\/var\/run(?=\/|$)/, "/run").replace(/^\/var\/lock(?=\/|$)/, "/run/lock");
}

/** However the two are spelled. */
export function isSamePath(one: string, other: string): boolean {
  return one === other || resolvePath(one) === resolvePath(other);
}

/** Whether the path is the folder or lies in it; both in the one spelling. */
export function liesIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Folders of a host, to be compared with many paths, however those are spelled. */
export class FolderSet {
  readonly #folders: ReadonlySet<string>;
  readonly #above: ReadonlySet<string>;

  constructor(folders: readonly string[]) {
    const resolved = folders.map(resolvePath);
    this.#folders = new Set(resolved);
    this.#above = new Set(resolved.flatMap((folder) => foldersAbove(folder)));
  }

  /** Whether the path is one of the folders or lies in one. */
  holds(path: string): boolean {
    const resolved = resolvePath(path);
    return this.#folders.has(resolved) || foldersAbove(resolved).some((folder) => this.#folders.has(folder));
  }

  /** Whether who has the path has one of the folders or a part of it: as `holds`, and by a folder above one. */
  isReachedBy(path: string): boolean {
    return this.#above.has(resolvePath(path)) || this.holds(path);
  }
}

/** `/`, `/etc` and `/etc/ssh` of `/etc/ssh/moduli`. */
function foldersAbove(path: string): string[] {
  const above = path === "/" ? [] : ["/"];
  for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) above.push(path.slice(0, at));
  return above;
}
