import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ArchiveFacts } from "../../plan/model/plan-facts";
import { showBriefly } from "../../plan/text/text";
import { ArchiveCache, type Findings } from "../archive/archive-cache";
import { ArchiveProblem, toArchiveProblem } from "../archive/archive-problem";
import { readSavedImages } from "../archive/read-saved-images";
import { sha256OfFile } from "../archive/sha256";

const ARCHIVE_NAME = /\.tar(\.gz|\.zst)?$|\.tgz$/;

/**
 * What the files of `images.archive` hold. Reading a file whole takes as long as unpacking it, so the findings are kept in the project's `.ldms`, by size
 * and time of change, as `make` does it.
 */
export async function readArchives(projectFolder: string, paths: string | readonly string[]): Promise<ArchiveFacts[]> {
  const cache = new ArchiveCache(join(projectFolder, ".ldms", "archives.json"));
  const facts: ArchiveFacts[] = [];
  for (const path of [paths].flat().flatMap((one) => expandFolder(projectFolder, one)))
    facts.push(await readArchive(projectFolder, path, cache));
  cache.save();
  return facts;
}

/** A folder's archives, sorted; a file is itself. */
function expandFolder(projectFolder: string, path: string): string[] {
  try {
    const names = readdirSync(resolve(projectFolder, path));
    return names
      .filter((name) => ARCHIVE_NAME.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch {
    return [path];
  }
}

async function readArchive(projectFolder: string, path: string, cache: ArchiveCache): Promise<ArchiveFacts> {
  const file = resolve(projectFolder, path);
  try {
    // It stands in commands that people copy.
    if (/[\p{Cc}\u2028\u2029]/u.test(path)) throw new ArchiveProblem("has control characters in its name");
    const stat = statSync(file);
    if (!stat.isFile()) throw new ArchiveProblem("is no file");
    const key = `${file} ${stat.size} ${stat.mtimeMs}`;
    const found = cache.find(key) ?? (await examine(file, stat.size));
    cache.keep(key, found);
    return { path, ...found };
  } catch (error) {
    const problem = explain(error);
    return { path: showBriefly(path), problem };
  }
}

async function examine(file: string, sizeBytes: number): Promise<Findings> {
  const images = await readSavedImages(file, sizeBytes);
  return { sizeBytes, sha256: await sha256OfFile(file), images };
}

function explain(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file or folder";
  return `cannot be read as an archive of docker save (${typeof code === "string" ? code : showBriefly(toArchiveProblem(error).message)})`;
}
