import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "../build/build-page";

/** Beside this file's folder in the package; in a checkout that is where its sources are. */
const IN_PACKAGE = join(__dirname, "../page");
const IN_CHECKOUT = join(__dirname, "../../node_modules/.cache/ldms-portal");

/** The folder of the built page; in a checkout it is built for each start, which takes some seconds, and is never older than its sources. */
export async function findPageFolder(say: (text: string) => void): Promise<string> {
  if (!existsSync(join(IN_PACKAGE, "main.tsx"))) return IN_PACKAGE;
  say("building the page, as in every checkout …");
  await buildPage(IN_CHECKOUT);
  return IN_CHECKOUT;
}
