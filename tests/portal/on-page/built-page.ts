import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPage } from "../../../portal/build/build-page";

let built: Promise<string> | undefined;

/** The page, built once a process. */
export function builtPage(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-page-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  await buildPage(folder);
  return folder;
}
