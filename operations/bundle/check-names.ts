import { ArchiveProblem } from "../archive/archive-problem";
import type { TarEntry } from "../archive/read-tar";
import type { BundleIndex } from "./bundle-index";
import { PLUGINS } from "./layout";
import { PROJECT_TOP } from "./project";

/** Reads project or plugins; no name may stand there that `ldms bundle create` does not take along. @throws ArchiveProblem */
export async function checkNames(entries: AsyncIterable<TarEntry>, part: string, { plugins, ownFiles }: BundleIndex): Promise<void> {
  const own = new Set(ownFiles);
  const isKnown = (name: string) =>
    part === PLUGINS ? plugins.some((plugin) => plugin === name) : own.has(name) || PROJECT_TOP.has(name.split("/")[0]!);
  for await (const { name } of entries) {
    if (!isKnown(name)) throw new ArchiveProblem(`has \`${name}\`, which bundle.json does not name`);
  }
}
