import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { BadInputError } from "../../plan/problems/errors";
import { toArchiveProblem } from "../archive/archive-problem";
import { readText, type TarEntry } from "../archive/read-tar";
import { BundleIndex } from "./bundle-index";
import { type BundledImage, checkImages } from "./bundled-images";
import { checkNames } from "./check-names";
import { bundleFiles, IMAGES, INDEX, LOAD, parseSums, README, SUMS, stackFileName, thisMachine } from "./layout";
import { readBundle, refuseBundle } from "./read-bundle";
import { PART_TYPES, readPart } from "./read-part";
import { leaveSecretsOut, settleImages } from "./stack-yaml";

/** Blocks of a tar, and the two empty ones at its end. */
const BLOCK_BYTES = 512;
const END_BYTES = 2 * BLOCK_BYTES;
/** All but project, plugins and images is text. */
const TEXT_BYTES = 1 << 20;

/** A bundle that is whole, of a form that this version knows and for this machine. */
export interface CheckedBundle {
  readonly index: BundleIndex;
  readonly stackFile: string;
  readonly readme: string;
  readonly images: readonly BundledImage[];
  /** SHA-256 by file. */
  readonly sums: ReadonlyMap<string, string>;
}

/**
 * Reads a bundle to its end, once, and writes nothing: every file's SHA-256, every name, every image's id, every layer.
 * @throws BadInputError that names what is wrong
 */
export async function checkBundle(path: string): Promise<CheckedBundle> {
  const check = new BundleCheck(path);
  try {
    for await (const entry of readBundle(path)) await check.take(entry);
    return check.finish((await stat(path)).size);
  } catch (error) {
    throw error instanceof BadInputError ? error : check.explain(error);
  }
}

class BundleCheck {
  private sums: ReadonlyMap<string, string> | undefined;
  private images: readonly BundledImage[] = [];
  private readonly texts = new Map<string, string>();
  private parsedIndex: BundleIndex | undefined;
  private readonly seen: string[] = [];
  private bytes = END_BYTES;

  constructor(private readonly path: string) {}

  async take(entry: TarEntry): Promise<void> {
    const { name, sizeBytes } = entry;
    this.bytes += BLOCK_BYTES + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    if (this.seen.length === 0 && name !== SUMS) throw this.refuse(`is no bundle of ldms: it begins with \`${name}\`, not \`${SUMS}\``);
    this.seen.push(name);
    if (name === SUMS) {
      this.sums = this.parse(SUMS, parseSums, await readText(entry, TEXT_BYTES));
      return;
    }
    const wanted = this.sums!.get(name);
    if (wanted === undefined) throw this.refuse(`has \`${name}\`, which ${SUMS} does not`);
    const isText = [README, LOAD, INDEX].includes(name);
    if (!isText && !bundleFiles(this.index()).includes(name)) throw this.refuse(`has \`${name}\`, which no bundle has`);
    const { sha256, problem } = name in PART_TYPES ? await this.readPart(entry) : await this.keepText(entry);
    if (sha256 !== wanted) throw this.refuse(`\`${name}\` is damaged: its SHA-256 is ${sha256}, not ${wanted}`);
    if (problem) throw this.refuse(`\`${name}\` ${problem.message}`);
    if (name === INDEX) this.checkIndex();
    if (name === README) this.checkReadme();
  }

  finish(fileBytes: number): CheckedBundle {
    const missing = [...(this.sums?.keys() ?? [SUMS])].filter((name) => !this.seen.includes(name));
    if (missing.length) throw this.refuse(`is incomplete: \`${missing.join("`, `")}\` ${missing.length > 1 ? "are" : "is"} missing`);
    const index = this.index();
    const unlisted = bundleFiles(index).filter((name) => !this.seen.includes(name));
    if (unlisted.length) throw this.refuse(`is incomplete: neither it nor ${SUMS} has \`${unlisted.join("`, `")}\``);
    if (fileBytes !== this.bytes)
      throw this.refuse(`is ${fileBytes} bytes long, and its content ${this.bytes}: it is cut off, or something is behind it`);
    const name = stackFileName(index.stack);
    const stackFile = this.texts.get(name)!;
    const { secrets } = this.parse(name, leaveSecretsOut, stackFile);
    if (secrets.length) throw this.refuse(`\`${name}\` has secrets, which no bundle has: ${secrets.join(", ")}`);
    // Known before anything is written.
    this.parse(name, (text) => settleImages(text, {}), stackFile);
    return { index, stackFile, readme: this.texts.get(README)!, images: this.images, sums: this.sums! };
  }

  /** What the reader of the file says. */
  explain(error: unknown): BadInputError {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return this.refuse("there is no such file", "name a file of `ldms bundle create`");
    if (code === "EACCES" || code === "EISDIR" || code === "ELOOP")
      return this.refuse(`cannot be read: ${code}`, "name a file of `ldms bundle create`");
    const { kind, message } = toArchiveProblem(error);
    const last = this.seen.at(-1);
    if (kind === "end") return this.refuse(`is cut off: it ends within or behind ${last ? `\`${last}\`` : "its beginning"}`);
    if (kind === "content") return this.refuse(message);
    return this.refuse(
      last ? `is damaged: what stands behind \`${last}\` is no file` : "is no bundle of ldms, or damaged at its beginning",
    );
  }

  private readPart(part: TarEntry) {
    const index = this.index();
    return readPart(part, async (entries) => {
      if (part.name === IMAGES) this.images = await checkImages(entries, index);
      else await checkNames(entries, part.name, index);
    });
  }

  private async keepText(entry: TarEntry) {
    const text = await readText(entry, TEXT_BYTES);
    this.texts.set(entry.name, text);
    return { sha256: createHash("sha256").update(text).digest("hex"), problem: undefined };
  }

  private checkIndex(): void {
    const { machine, node, version } = this.index();
    const here = thisMachine();
    if (machine !== here) throw this.refuse(`is for a machine of ${machine}, and this one is ${here}`, `make it on a machine of ${here}`);
    const nodeHere = Number(process.versions.node.split(".")[0]);
    if (node > nodeHere)
      throw this.refuse(`ldms ${version} in it ran on Node.js ${node}, and here is ${process.version}`, `install Node.js ${node}`);
  }

  /** A person reads it on a terminal. */
  private checkReadme(): void {
    if (/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u.test(this.texts.get(README)!)) throw this.refuse(`\`${README}\` has control characters`);
  }

  private index(): BundleIndex {
    this.parsedIndex ??= this.parse(INDEX, (text) => BundleIndex.parse(JSON.parse(text)), this.texts.get(INDEX));
    return this.parsedIndex;
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

  private refuse(problem: string, help?: string): BadInputError {
    return refuseBundle(this.path, problem, help);
  }
}
