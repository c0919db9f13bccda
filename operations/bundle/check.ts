import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { z } from "zod";
import { OperationError } from "../operation-error";
import { ImageCheck } from "./check-images";
import { BundleIndex, bundleFiles, IMAGES, INDEX, parseSums, SUMS, stackFileName, thisMachine } from "./layout";
import { leaveSecretsOut } from "./stack-yaml";

/** Blocks of a tar, and the two empty ones at its end. */
const BLOCK_BYTES = 512;
const END_BYTES = 2 * BLOCK_BYTES;
/** All but project, plugins and images is text. */
const TEXT_BYTES = 1 << 20;

/** A bundle that is whole, of a form that this version knows and for this machine. */
export interface CheckedBundle {
  readonly index: BundleIndex;
  readonly stackFile: string;
}

/**
 * Reads a bundle to its end, once, and writes nothing: every file's SHA-256, every image's id, every layer.
 * @throws OperationError that names what is wrong
 */
export async function checkBundle(path: string): Promise<CheckedBundle> {
  const check = new BundleCheck(path);
  const archive = extract();
  const file = createReadStream(path);
  // The reader of the entries hears of it.
  file.on("error", (error) => archive.destroy(error));
  file.pipe(archive);
  try {
    for await (const entry of archive as AsyncIterable<Entry>) await check.take(entry.header, entry);
    return check.finish((await stat(path)).size);
  } catch (error) {
    throw error instanceof OperationError ? error : check.explain(error as NodeJS.ErrnoException);
  } finally {
    file.destroy();
  }
}

type Entry = Readable & { readonly header: Header };

class BundleCheck {
  private sums: ReadonlyMap<string, string> | undefined;
  private readonly texts = new Map<string, string>();
  private readonly seen: string[] = [];
  private bytes = END_BYTES;

  constructor(private readonly path: string) {}

  async take({ name, type, size = 0 }: Header, content: Readable): Promise<void> {
    this.bytes += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    if (this.seen.length === 0 && name !== SUMS) throw this.refuse(`is no bundle of ldms: it begins with \`${name}\`, not \`${SUMS}\``);
    if (type !== "file") throw this.refuse(`\`${name}\` is a ${type}, which no bundle has`);
    if (this.seen.includes(name)) throw this.refuse(`has \`${name}\` twice`);
    this.seen.push(name);
    if (name === SUMS) {
      this.sums = this.parse(SUMS, parseSums, (await readAll(content, true)).text);
      return;
    }
    const wanted = this.sums!.get(name);
    if (wanted === undefined) throw this.refuse(`has \`${name}\`, which ${SUMS} does not`);
    const { sum, text, problem } = name === IMAGES ? await this.readImages(content) : await readAll(content, size <= TEXT_BYTES);
    if (sum !== wanted) throw this.refuse(`\`${name}\` is damaged: its SHA-256 is ${sum}, not ${wanted}`);
    if (problem) throw this.refuse(`\`${name}\` ${problem}`);
    this.texts.set(name, text);
    if (name === INDEX) this.checkIndex();
  }

  finish(fileBytes: number): CheckedBundle {
    const missing = [...(this.sums?.keys() ?? [SUMS])].filter((name) => !this.seen.includes(name));
    if (missing.length) throw this.refuse(`is incomplete: \`${missing.join("`, `")}\` ${missing.length > 1 ? "are" : "is"} missing`);
    const index = this.index();
    const unlisted = bundleFiles(index).filter((name) => !this.seen.includes(name));
    if (unlisted.length) throw this.refuse(`is incomplete: neither it nor ${SUMS} has \`${unlisted.join("`, `")}\``);
    if (fileBytes !== this.bytes)
      throw this.refuse(`is ${fileBytes} bytes long, and its content ${this.bytes}: it is cut off, or something is behind it`);
    const stackFile = this.texts.get(stackFileName(index.stack))!;
    const { secrets } = leaveSecretsOut(stackFile);
    if (secrets.length) throw this.refuse(`\`${stackFileName(index.stack)}\` has secrets, which no bundle has: ${secrets.join(", ")}`);
    return { index, stackFile };
  }

  /** What the reader of the tar says. */
  explain({ code, message }: NodeJS.ErrnoException): OperationError {
    if (code === "ENOENT") return this.refuse("there is no such file", "name a file of `ldms bundle create`");
    const last = this.seen.at(-1);
    if (/end of data|premature/i.test(message))
      return this.refuse(`is cut off: it ends within or behind ${last ? `\`${last}\`` : "its beginning"}`);
    if (!/invalid tar/i.test(message)) return this.refuse(`cannot be read: ${message}`);
    return this.refuse(
      last ? `is damaged: what stands behind \`${last}\` is no file` : "is no bundle of ldms, or damaged at its beginning",
    );
  }

  private async readImages(content: Readable): Promise<ReadEntry> {
    const check = new ImageCheck();
    const hash = createHash("sha256");
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        hash.update(chunk);
        await check.write(chunk);
      }
      const problem = await check.finish(this.index());
      return { sum: hash.digest("hex"), text: "", ...(problem !== undefined && { problem }) };
    } finally {
      check.stop();
    }
  }

  private checkIndex(): void {
    const { machine, node, version } = this.index();
    const here = thisMachine();
    if (machine !== here) throw this.refuse(`is for a machine of ${machine}, and this one is ${here}`, `make it on a machine of ${here}`);
    const nodeHere = Number(process.versions.node.split(".")[0]);
    if (node > nodeHere)
      throw this.refuse(`ldms ${version} in it ran on Node.js ${node}, and here is ${process.version}`, `install Node.js ${node}`);
  }

  private index(): BundleIndex {
    return this.parse(INDEX, (text) => BundleIndex.parse(JSON.parse(text)), this.texts.get(INDEX));
  }

  private parse<T>(name: string, parse: (text: string) => T, text: string | undefined): T {
    if (text === undefined) throw this.refuse(`is incomplete: \`${name}\` does not stand before what it tells of`);
    try {
      return parse(text);
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll(/\s+/g, " ") : (error as Error).message;
      throw this.refuse(`\`${name}\` cannot be read: ${reason}`);
    }
  }

  private refuse(problem: string, help?: string): OperationError {
    return refusal(this.path, problem, help);
  }
}

function refusal(path: string, problem: string, help = "nothing was changed; copy the bundle again, or make it anew"): OperationError {
  return new OperationError(path, problem, help);
}

interface ReadEntry {
  readonly sum: string;
  readonly text: string;
  /** What is wrong with it besides, in words that follow its name. */
  readonly problem?: string;
}

async function readAll(content: Readable, isKept: boolean): Promise<ReadEntry> {
  const hash = createHash("sha256");
  const chunks: Buffer[] = [];
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (isKept) chunks.push(chunk);
  }
  return { sum: hash.digest("hex"), text: Buffer.concat(chunks).toString() };
}
