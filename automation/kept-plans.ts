import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../stack/atomic-file";
import type { StackLocation } from "../stack/open-stack";
import { digestPlan, type SeenPlan } from "./seen-plan";

/** Previews of which an `up --expect` can say what differs by name; of older ones it knows the parts. */
const MOST_KEPT = 20;

/** Where previews that were seen are kept beside the project. */
function folderOf({ projectFolder, stack }: StackLocation): string {
  return join(projectFolder, ".ldms", stack, "previews");
}

/** Where it cannot be written, a later difference is told by its part alone. */
export async function keepPlan(location: StackLocation, seen: SeenPlan): Promise<void> {
  const folder = folderOf(location);
  try {
    await writeFileAtomically(join(folder, `${digestPlan(seen)}.json`), JSON.stringify(seen));
    const names = (await readdir(folder)).map((name) => join(folder, name));
    const dated = await Promise.all(names.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
    const old = dated.sort((a, b) => b.time - a.time).slice(MOST_KEPT);
    await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  } catch {}
}

/** Undefined where it is not kept here, or is not what its name says. */
export async function findKeptPlan(location: StackLocation, digest: string): Promise<SeenPlan | undefined> {
  try {
    const seen = JSON.parse(await readFile(join(folderOf(location), `${digest}.json`), "utf8")) as SeenPlan;
    return digestPlan(seen) === digest ? seen : undefined;
  } catch {
    return undefined;
  }
}
