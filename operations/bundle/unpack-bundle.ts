import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toArchiveProblem } from "../archive/archive-problem";
import type { TarEntry } from "../archive/read-tar";
import type { CheckedBundle } from "./check";
import { IMAGES, PLUGINS, PROJECT } from "./layout";
import { readBundle, refuseBundle } from "./read-bundle";
import { readPart } from "./read-part";
import { unpackTree, unpackWanted } from "./unpack-files";

export interface UnpackedBundle {
  /** Folder of the project, without stack file and images. */
  readonly project: string;
  /** Folder of the images' configs and layers, each by its SHA-256. */
  readonly blobs: string;
}

/**
 * Writes a checked bundle's project and images below the folder, by the reader that has checked them: what is on the disk is what was checked.
 * @throws BadInputError where the file is not the one that was checked; the file system's own error
 */
export async function unpackBundle(path: string, bundle: CheckedBundle, folder: string): Promise<UnpackedBundle> {
  const [project, blobs] = [join(folder, "project"), join(folder, "images")];
  const plugins = join(project, "plugins");
  await mkdir(project, { mode: 0o700 });
  await mkdir(blobs);
  const wanted = new Set(bundle.images.flatMap(({ configSha256, layerSha256s }) => [configSha256, ...layerSha256s]));
  const uses: Readonly<Record<string, (entries: AsyncIterable<TarEntry>) => Promise<void>>> = {
    [PROJECT]: (entries) => unpackTree(entries, project),
    [PLUGINS]: (entries) => unpackTree(entries, plugins),
    [IMAGES]: (entries) => unpackWanted(entries, wanted, blobs),
  };
  for await (const entry of readOnce(path)) {
    const use = uses[entry.name];
    if (!use) continue;
    const { sha256, problem } = await readPart(entry, use);
    if (sha256 !== bundle.sums.get(entry.name))
      throw refuseBundle(path, `\`${entry.name}\` is another than a moment ago, when it was checked`);
    if (problem) throw refuseBundle(path, `\`${entry.name}\` ${problem.message}`);
  }
  await writeFile(join(project, "BUNDLE.txt"), bundle.readme);
  return { project, blobs };
}

async function* readOnce(path: string): AsyncGenerator<TarEntry> {
  try {
    yield* readBundle(path);
  } catch (error) {
    throw refuseBundle(path, toArchiveProblem(error).message);
  }
}
