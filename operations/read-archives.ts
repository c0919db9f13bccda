import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { withoutPulumiVariables } from "../plan/child-environment";
import type { ArchiveFacts, ReadArchive } from "../plan/deployment-plan";

/** What is read of a large file at once, bytes. */
const CHUNK_BYTES = 4 << 20;
/** A manifest, or an image's config. */
const MAX_JSON_BYTES = 16 << 20;
const ARCHIVE_NAME = /\.tar(\.gz|\.zst)?$|\.tgz$/;

/** manifest.json of `docker save`, in its older and newer layouts. @see https://github.com/moby/moby/blob/v27.0.0/image/spec/spec.md */
export const SavedManifest = z
  .array(z.object({ Config: z.string().min(1), RepoTags: z.array(z.string()).nullable(), Layers: z.array(z.string().min(1)) }))
  .min(1);
export type SavedManifest = z.output<typeof SavedManifest>;
export const SavedConfig = z.object({
  architecture: z.string().min(1),
  os: z.string().min(1),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/**
 * What the files of `images.archive` hold. Reading a file whole takes as long as unpacking it, so the findings are kept in the project's `.ldms`, by size
 * and time of change, as `make` does it.
 */
export function readArchives(projectFolder: string, paths: string | readonly string[]): ArchiveFacts[] {
  const cache = new ArchiveCache(join(projectFolder, ".ldms", "archives.json"));
  const facts = [paths].flat().flatMap((path) => expandFolder(projectFolder, path).map((file) => readArchive(projectFolder, file, cache)));
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

function readArchive(projectFolder: string, path: string, cache: ArchiveCache): ArchiveFacts {
  const file = resolve(projectFolder, path);
  try {
    const { size, mtimeMs } = statSync(file);
    const key = `${file} ${size} ${mtimeMs}`;
    const known = cache.find(key);
    const found = known ?? { sizeBytes: size, sha256: hashFile(file), images: readImages(file) };
    cache.keep(key, found);
    return { path, ...found };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    return {
      path,
      problem: isAbsent ? "there is no such file or folder" : `cannot be read as an archive of docker save (${(error as Error).message})`,
    };
  }
}

function readImages(file: string): ReadArchive["images"] {
  const manifest = SavedManifest.parse(readMember(file, "manifest.json"));
  return manifest.map(({ Config, RepoTags }) => {
    const { architecture, os } = SavedConfig.parse(readMember(file, Config));
    return { id: imageIdOf(Config), tags: RepoTags ?? [], platform: `${os}/${architecture}` };
  });
}

/** `sha256:3f1c…` of `3f1c….json`, as engines before 25.0 name it, or of `blobs/sha256/3f1c…`. @throws Error */
export function imageIdOf(config: string): string {
  const [, hex] = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
  if (hex === undefined) throw new Error(`its manifest names no image by its id: ${config}`);
  return `sha256:${hex}`;
}

/** GNU tar sees by itself how the file is compressed. @throws Error with tar's own words */
function readMember(file: string, name: string): unknown {
  const { stdout, stderr, error } = spawnSync("tar", ["--extract", "--to-stdout", "--occurrence=1", `--file=${file}`, "--", name], {
    env: withoutPulumiVariables(process.env),
    encoding: "utf8",
    maxBuffer: MAX_JSON_BYTES,
    timeout: 600_000,
  });
  if (error) throw error;
  // tar that stops at the first occurrence may leave its decompressor with a broken pipe, which is no failure.
  if (stdout === "") throw new Error(stderr.trim().split("\n")[0] || `it has no ${name}`);
  return JSON.parse(stdout);
}

function hashFile(file: string): string {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  const descriptor = openSync(file, "r");
  try {
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) hash.update(buffer.subarray(0, count));
  } finally {
    closeSync(descriptor);
  }
  return hash.digest("hex");
}

type Findings = Omit<ReadArchive, "path">;

class ArchiveCache {
  private readonly before: Readonly<Record<string, Findings>>;
  private readonly now: Record<string, Findings> = {};

  constructor(private readonly path: string) {
    this.before = readJson(path);
  }

  find(key: string): Findings | undefined {
    return this.before[key];
  }

  keep(key: string, findings: Findings): void {
    this.now[key] = findings;
  }

  save(): void {
    if (JSON.stringify(this.now) === JSON.stringify(this.before)) return;
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, JSON.stringify(this.now));
  }
}

function readJson(path: string): Readonly<Record<string, Findings>> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, Findings>>;
  } catch {
    return {};
  }
}
