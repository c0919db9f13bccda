import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { liesIn } from "../../../plan/text/host-path";
import { type IgnoreRules, parseIgnoreLines, readIgnoreFile } from "./ignore-patterns";

/** A build's folder and Dockerfile, both as the program names them: relative to `projectFolder` or absolute. */
export interface BuildSource {
  readonly projectFolder: string;
  readonly context: string;
  readonly dockerfile: string;
}

interface ContextEntry {
  /** Below the context, with slashes: `etc/init.sh`. */
  readonly path: string;
  readonly stats: Stats;
}

/** What the Dockerfile is called within the archive when it lies outside of the context. */
const OUTSIDE_DOCKERFILE = ".dockerfile.outside";

/** The Dockerfile's path seen from the context: `Dockerfile`, `../Dockerfile.samp`. */
export function dockerfileInContext(source: BuildSource): string {
  return relative(resolve(source.projectFolder, source.context), resolve(source.projectFolder, source.dockerfile));
}

/**
 * A hash of all that a build reads from the context: names, modes, contents and link targets, ignored files left out. The same sum that the real
 * provider makes, so that a stack that changes engines does not build again.
 *
 * @see pulumi-docker, provider/provider.go, hashContext
 */
export function digestContext(source: BuildSource): string {
  const folder = resolve(source.projectFolder, source.context);
  const dockerfile = resolve(source.projectFolder, source.dockerfile);
  const sum = createHash("sha256");
  const add = (path: string, mode: string, content: string | Buffer) => {
    const inner = createHash("sha256").update(content).digest();
    sum.update(path).update(mode).update(inner).update(Buffer.of(0));
  };

  add("Dockerfile", "----------", readFileSync(dockerfile));
  for (const { path, stats } of listEntries(folder, parseIgnoreLines(readIgnoreFile(dockerfile, folder)))) {
    if (stats.isDirectory()) continue;
    const content = stats.isSymbolicLink() ? linkTarget(source, path) : stats.isFile() ? readFileSync(join(folder, path)) : "";
    add(path, renderGoMode(stats), content);
  }

  return sum.digest("hex");
}

function linkTarget(source: BuildSource, path: string): string {
  const target = realpathSync(resolve(source.projectFolder, source.context, path));

  return isAbsolute(source.context) ? target : relative(realpathSync(source.projectFolder), target);
}

/** `-rw-r--r--`, `Lrwxrwxrwx`, `ugrwxr-xr-x`: how Go writes a file's mode. */
function renderGoMode(stats: Stats): string {
  const types: readonly (readonly [string, boolean])[] = [
    ["d", stats.isDirectory()],
    ["L", stats.isSymbolicLink()],
    ["D", stats.isBlockDevice() || stats.isCharacterDevice()],
    ["p", stats.isFIFO()],
    ["S", stats.isSocket()],
    ["u", (stats.mode & 0o4000) !== 0],
    ["g", (stats.mode & 0o2000) !== 0],
    ["c", stats.isCharacterDevice()],
    ["t", (stats.mode & 0o1000) !== 0],
  ];
  const type = types.flatMap(([letter, isSet]) => (isSet ? [letter] : [])).join("");
  const permissions = [..."rwxrwxrwx"].map((letter, index) => ((stats.mode >> (8 - index)) & 1 ? letter : "-"));

  return (type || "-") + permissions.join("");
}

/** Depth first, names in byte order; folders before what is in them. */
function listEntries(folder: string, rules: IgnoreRules, below = ""): ContextEntry[] {
  const names = readdirSync(join(folder, below)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

  return names.flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    const stats = lstatSync(join(folder, path));
    const isIgnored = rules.isIgnored(path);
    if (isIgnored && !rules.hasExceptions) return [];
    const own = isIgnored ? [] : [{ path, stats }];
    return stats.isDirectory() ? [...own, ...listEntries(folder, rules, path)] : own;
  });
}

/** The context as the tar stream that Docker builds from, all owned by root, and the Dockerfile's name in it. */
export function packContext(source: BuildSource): { readonly archive: Readable; readonly dockerfile: string } {
  const folder = resolve(source.projectFolder, source.context);
  const dockerfile = resolve(source.projectFolder, source.dockerfile);
  const inContext = dockerfileInContext(source);
  const isInside = liesIn(folder, dockerfile);
  // Docker needs both files whatever they themselves say.
  const lines = [...readIgnoreFile(dockerfile, folder), "!.dockerignore", ...(isInside ? [`!${inContext}`] : [])];

  const archive = pack();
  fill(archive, folder, listEntries(folder, parseIgnoreLines(lines)))
    .then(() => {
      if (!isInside) archive.entry({ name: OUTSIDE_DOCKERFILE }, readFileSync(dockerfile));
      archive.finalize();
    })
    .catch((error: Error) => archive.destroy(error));

  return { archive: archive as unknown as Readable, dockerfile: isInside ? inContext : OUTSIDE_DOCKERFILE };
}

async function fill(archive: Pack, folder: string, entries: readonly ContextEntry[]): Promise<void> {
  for (const { path, stats } of entries) {
    const header = { mode: stats.mode & 0o7777, mtime: stats.mtime, uid: 0, gid: 0 };
    if (stats.isDirectory()) archive.entry({ ...header, name: `${path}/`, type: "directory" });
    else if (stats.isSymbolicLink()) archive.entry({ ...header, name: path, type: "symlink", linkname: readlinkSync(join(folder, path)) });
    else if (stats.isFile())
      await pipeline(createReadStream(join(folder, path)), archive.entry({ ...header, name: path, size: stats.size }));
  }
}
