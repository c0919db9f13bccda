import { existsSync } from "node:fs";
import { join } from "node:path";
import { BUILT_PAGE } from "../../operations/common/project-parts";
import { BadInputError } from "../../plan/problems/errors";
import { buildPage } from "../build/build-page";

/** Beside this file's folder in the package; in a checkout and in a bundle's project that is where its sources are. */
const IN_PACKAGE = join(__dirname, "../page");
const IN_BUNDLE = join(__dirname, "../..", BUILT_PAGE);
const IN_CHECKOUT = join(__dirname, "../../node_modules/.cache/ldms-portal");

/**
 * The folder of the built page; in a checkout it is built for each start, which takes some seconds, and is never older than its sources.
 * @throws BadInputError where nothing is here that builds it
 */
export async function findPageFolder(say: (text: string) => void): Promise<string> {
  if (!existsSync(join(IN_PACKAGE, "main.tsx"))) return IN_PACKAGE;
  if (existsSync(IN_BUNDLE)) return IN_BUNDLE;
  say("building the page, as in every checkout …");
  await buildPage(IN_CHECKOUT).catch((cause: NodeJS.ErrnoException) => {
    if (!/MODULE_NOT_FOUND$/.test(cause.code ?? "")) throw cause;
    throw BadInputError.of("portal", "a package that builds its page is not installed", "npm ci, in this checkout", { cause });
  });
  return IN_CHECKOUT;
}
