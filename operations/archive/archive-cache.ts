import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { ReadArchive } from "../../plan/model/plan-facts";

export type Findings = Omit<ReadArchive, "path">;

/** Goes into scripts and plans, as if it had just been read. */
const KEPT = z.record(
  z.string(),
  z.object({
    sizeBytes: z.number().int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    images: z.array(
      z.object({
        id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        tags: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/)),
        platform: z.string().regex(/^[a-z0-9]+\/[a-z0-9]+$/),
      }),
    ),
  }),
);

/** What was found in archives, by file, size and time of change. A file of another form is as none. */
export class ArchiveCache {
  private readonly before: Readonly<Record<string, Findings>>;
  private readonly now: Record<string, Findings> = {};

  constructor(private readonly path: string) {
    this.before = readKept(path);
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
    // Beside and renamed: never through a link that somebody has laid there, and another run reads the one before or this one.
    const beside = `${this.path}.${randomBytes(8).toString("hex")}.tmp`;
    try {
      writeFileSync(beside, JSON.stringify(this.now), { flag: "wx" });
      renameSync(beside, this.path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
  }
}

function readKept(path: string): Readonly<Record<string, Findings>> {
  try {
    return KEPT.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}
