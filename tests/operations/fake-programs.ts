import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Puts programs of the given sh text first in the PATH while `use` runs, so that steps on the local machine find them.
 * By example: `{ docker: "echo 26.1.5" }`.
 */
export async function withPrograms<T>(programs: Readonly<Record<string, string>>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-fake-"));
  const { PATH } = process.env;
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  process.env["PATH"] = `${folder}:${PATH}`;
  try {
    return await use(folder);
  } finally {
    process.env["PATH"] = PATH;
    rmSync(folder, { recursive: true });
  }
}
