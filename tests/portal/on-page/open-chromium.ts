import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser } from "playwright-core";

/** Debian's `chromium` on PATH, or what LDMS_TEST_CHROMIUM names; undefined: there is none. */
export function findChromium(): string | undefined {
  const named = process.env["LDMS_TEST_CHROMIUM"];
  if (named !== undefined) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "chromium")).find((path) => existsSync(path));
}

/** Skips the tests of a suite, and says so where everybody sees it: that nobody looked at the page is no success. */
export function skipWithoutChromium(context: Mocha.Context): void {
  if (findChromium() !== undefined) return;
  console.error("!!!! No chromium on PATH: the tests of the portal's page are SKIPPED !!!!");
  if (process.env["CI"] === "true" && process.env["LDMS_LAB_REQUIRED"] !== undefined) throw new Error("no chromium on PATH");
  context.skip();
}

export async function openChromium(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  // A test machine has no user namespaces for a sandbox, and often runs as root.
  return chromium.launch({ executablePath: findChromium()!, args: ["--no-sandbox", "--disable-gpu"] });
}
