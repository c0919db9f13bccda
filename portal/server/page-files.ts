import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, packed at build time. */
  readonly brotli?: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** The built page by path, read once: what is not in it is asked of no disk. @throws Error for a folder that cannot be read */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const name = path.slice(folder.length).replaceAll("\\", "/");
    const brotli = readIfThere(`${path}.br`);
    const isHashed = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(name);
    files.set(name === "/index.html" ? "/" : name, { bytes: Buffer.from(readFileSync(path)), type, isHashed, ...(brotli && { brotli }) });
  }
  return files;
}

function readIfThere(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Buffer.from(readFileSync(path));
  } catch {
    return undefined;
  }
}
