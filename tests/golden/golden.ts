import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Compares with the file of that name beside this one; `UPDATE_GOLDEN=1` writes it instead. */
export function assertGolden(name: string, text: string): void {
  const path = join(__dirname, name);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
  assert.equal(text, readFileSync(path, "utf8"), `${name} differs; UPDATE_GOLDEN=1 accepts the new text`);
}
