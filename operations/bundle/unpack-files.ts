import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ArchiveProblem } from "../archive/archive-problem";
import type { TarEntry } from "../archive/read-tar";
import { seenBy } from "../archive/sha256";

/** What an entry's name stumbles over where another entry is a file instead of a folder, or the other way round. */
const IN_THE_WAY = ["EEXIST", "ENOTDIR", "EISDIR"];

/**
 * Writes files and folders below the folder: what its owner may execute is 0755, else 0644, as the umask allows; no owner, no set-user-id, nothing over
 * what is there.
 * @throws ArchiveProblem
 */
export async function unpackTree(entries: AsyncIterable<TarEntry>, folder: string): Promise<void> {
  for await (const { name, type, isProgram, content } of entries) {
    const path = join(folder, name);
    try {
      await mkdir(type === "directory" ? path : dirname(path), { recursive: true });
      if (type === "file") await writeFile(path, content, { flag: "wx", mode: isProgram ? 0o755 : 0o644 });
    } catch (error) {
      if (!IN_THE_WAY.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
      throw new ArchiveProblem(`has \`${name}\`, and something else in its place`);
    }
  }
}

/** Writes the files of the wanted SHA-256 below the folder, each by its sum: what lies there is what was asked for, whatever it was called. */
export async function unpackWanted(entries: AsyncIterable<TarEntry>, wanted: ReadonlySet<string>, folder: string): Promise<void> {
  const partial = join(folder, "partial");
  for await (const { type, content } of entries) {
    if (type !== "file") continue;
    const hash = createHash("sha256");
    await pipeline(seenBy(hash, content), createWriteStream(partial));
    const sum = hash.digest("hex");
    if (wanted.has(sum)) await rename(partial, join(folder, sum));
  }
  const missing = [...wanted].filter((sum) => !existsSync(join(folder, sum)));
  if (missing.length) throw new ArchiveProblem(`has no file of the SHA-256 ${missing[0]}`);
}
