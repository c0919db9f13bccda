import { readdirSync } from "node:fs";
import { BadInputError } from "../plan/problems/errors";
import type { ServingOptions } from "../portal/server/check-serving";
import { findPageFolder } from "../portal/server/find-page";
import { servePortal } from "../portal/server/serve-portal";
import { findProjectFolder } from "../stack/find-project-folder";
import { abortOnSignal, print } from "./io";
import { openQuietSite } from "./stack";
import { readVersion } from "./version";

/** Serves until Ctrl-C or SIGTERM; runs that are under way are ended cleanly then. */
export async function runPortal({ stack, ...options }: ServingOptions & { readonly stack: readonly string[] }): Promise<void> {
  const signal = abortOnSignal();
  const names = stack.length > 0 ? [...new Set(stack)] : listStacks(findProjectFolder(process.cwd()));
  const sites = await Promise.all(names.map((name) => openQuietSite(name, undefined)));
  const { address, close } = await servePortal({
    ...options,
    sites,
    pageFolder: await findPageFolder(print),
    version: readVersion(),
    say: print,
  });
  print(`portal: ${names.join(", ")} at ${address}   (Ctrl-C ends it)`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await close();
}

/** @throws BadInputError for a folder without a stack file */
function listStacks(folder: string): readonly string[] {
  const names = readdirSync(folder).flatMap((name) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(name)?.[1] ?? []);
  if (names.length === 0) throw BadInputError.of("stack", `there is none in ${folder}`, "ldms init begins one");
  return names.sort();
}
