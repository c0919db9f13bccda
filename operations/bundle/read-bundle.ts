import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { BadInputError } from "../../plan/problems/errors";
import { showBriefly } from "../../plan/text/text";
import { ArchiveProblem } from "../archive/archive-problem";
import { readTar, type TarEntry } from "../archive/read-tar";

/** The files of a bundle in their order, by a name that may have any character. @throws ArchiveProblem; the file system's own error */
export async function* readBundle(path: string): AsyncGenerator<TarEntry> {
  // Without a wait for who writes into a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new ArchiveProblem("is no file");
    yield* readTar(file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>, ["file"]);
  } finally {
    await file.close();
  }
}

/** @param problem in words that follow the bundle's name; may have names of its maker */
export function refuseBundle(
  path: string,
  problem: string,
  help = "nothing was changed; copy the bundle again, or make it anew",
): BadInputError {
  return BadInputError.of(showBriefly(path), showBriefly(problem), help);
}
