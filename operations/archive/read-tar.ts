import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";
import { ArchiveProblem } from "./archive-problem";
import { EntryNames } from "./entry-names";

export type EntryType = "file" | "directory" | "symlink" | "link";

/** Something in a tar, to be read before the next one is asked for; what is left of it is passed over. */
export interface TarEntry {
  /** `node_modules/zod/package.json`: a path below the top, without `.` and `..`. */
  readonly name: string;
  readonly type: EntryType;
  readonly sizeBytes: number;
  /** Its owner may execute it; of the modes nothing else is taken. */
  readonly isProgram: boolean;
  /** Of a link, as written. */
  readonly target: string;
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The entries of a tar in their order. Memory stays bounded whatever it holds: names by `EntryNames`, headers by tar-stream (4 MiB).
 *
 * @param taken types of entries; any other is refused
 * @throws ArchiveProblem; of a tar that is cut off or none at all, tar-stream's own error
 */
export async function* readTar(bytes: AsyncIterable<Buffer>, taken: readonly EntryType[]): AsyncGenerator<TarEntry> {
  const archive = extract();
  const names = new EntryNames();
  const reading = pipeline(bytes, archive);
  // The reader of the entries hears of it, and it is told at the end.
  reading.catch(() => undefined);
  try {
    for await (const entry of archive) {
      yield { ...checkHeader(entry.header, names, taken), content: chunksOf(entry, reading) };
      entry.resume();
    }
    await reading;
  } finally {
    archive.destroy();
  }
}

function checkHeader(header: Header, names: EntryNames, taken: readonly EntryType[]): Omit<TarEntry, "content"> {
  const { type, mode, linkname, pax, size } = header;
  const name = type === "directory" ? header.name.replace(/\/$/, "") : header.name;
  names.add(name);
  if (!isOneOf(taken, type))
    throw new ArchiveProblem(`has \`${name}\`, a ${type ?? "thing of unknown kind"}: only files are allowed there`);
  const isSparse = Object.keys(pax ?? {}).some((key) => key.startsWith("GNU.sparse."));
  if (isSparse) throw new ArchiveProblem(`has \`${name}\`, a sparse file: only whole files are allowed there`);
  if (!Number.isSafeInteger(size)) throw new ArchiveProblem(`has \`${name}\` with a size that no file has`);
  return { name, type, sizeBytes: size, isProgram: (mode & 0o100) !== 0, target: linkname ?? "" };
}

/** Of a stream that is not Node's own, whose `pipeline` knows just how to iterate it. */
async function* chunksOf(entry: AsyncIterable<unknown>, reading: Promise<void>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of entry) yield chunk as Buffer;
  } catch (error) {
    // Why the whole ended says more than that this stream did.
    await reading;
    throw error;
  }
}

function isOneOf(taken: readonly EntryType[], type: string | null): type is EntryType {
  return (taken as readonly unknown[]).includes(type);
}

/** A file's text. @throws ArchiveProblem where it is longer */
export async function readText({ name, content }: TarEntry, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ArchiveProblem(`has \`${name}\` with more than ${maxBytes} bytes of text`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
