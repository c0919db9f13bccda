import { appendFile, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AuditLine } from "../api";

/** One act, whoever wished for it and whether or not it was done. */
export interface AuditedAct extends Omit<AuditLine, "at"> {
  /** Absent: of the server as a whole. */
  readonly stack?: string;
}

/** What a page shows is at the end of the file. */
const READ_BYTES = 512 << 10;
const MOST_LINES = 500;

/** Who did what when, one line of JSON an act; nothing is ever changed in it. */
export class AuditLog {
  constructor(readonly path: string) {}

  static of(projectFolder: string): AuditLog {
    return new AuditLog(join(projectFolder, ".ldms", "portal-audit.jsonl"));
  }

  /** Without it the act is not to be done. JSON has no line of its own in it, so that no text can write another line. */
  async write(act: AuditedAct): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await appendFile(this.path, `${JSON.stringify({ at: new Date().toISOString(), ...act })}\n`, { mode: 0o600 });
  }

  /** The newest first, of one stack. */
  async read(stack: string): Promise<readonly AuditLine[]> {
    const text = await readEnd(this.path);
    const lines = text.split("\n").flatMap(parseLine);
    return lines
      .filter((line) => line.stack === stack)
      .slice(-MOST_LINES)
      .reverse()
      .map(({ stack: _, ...line }) => line);
  }
}

function parseLine(text: string): (AuditLine & { readonly stack?: string })[] {
  try {
    return [JSON.parse(text) as AuditLine];
  } catch {
    // The first one read may be a part of a line.
    return [];
  }
}

async function readEnd(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return "";
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - READ_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
