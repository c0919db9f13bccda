import { readFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = join(__dirname, "../../docs/automation.md");

/** What docs/automation.md has of `site`: `plan`, `images.lock`. */
export function documentedMethods(): readonly string[] {
  const named = readFileSync(DOCS, "utf8").matchAll(/`site\.([A-Za-z.]+)\(/g);
  return [...new Set([...named].map((match) => match[1]!))];
}
