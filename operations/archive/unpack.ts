import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { renderBytes } from "../../plan/text/bytes";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { ArchiveProblem } from "./archive-problem";

export type Packing = "zstd" | "gzip";

/** Programs and libraries come to 3 to 10 times their packed size; a file made to fill a memory or a disk, to thousands. */
const MAX_RATIO = 100;
/** A small file may come to this all the same: an empty log in a layer is all zeros. */
const ALLOWANCE_BYTES = 256 << 20;
/** Of the program itself; what `zstd` writes without `--long` needs no more. @see zstd(1), `--memory` */
const OPTIONS: Readonly<Record<Packing, readonly string[]>> = { zstd: ["--memory=128MB"], gzip: [] };

/** A program that unpacks a file, read chunk by chunk: nothing lies anywhere whole. */
export class Unpacker implements AsyncIterable<Buffer> {
  /** Its exit code; undefined where it is not installed. */
  private readonly ended: Promise<number | null | undefined>;
  private readonly child: ChildProcess;

  /** @param input a file's descriptor, or `pipe` for `feed` */
  constructor(
    private readonly packing: Packing,
    private readonly packedBytes: number,
    input: "pipe" | number,
  ) {
    const options = ["--decompress", "--quiet", "--stdout", ...OPTIONS[packing]];
    this.child = spawn(packing, options, { env: withoutPulumiVariables(process.env), stdio: [input, "pipe", "ignore"] });
    this.ended = new Promise((resolve) => {
      this.child.once("error", () => resolve(undefined));
      this.child.once("close", resolve);
    });
  }

  /** Reads the bytes to their end, also those that it takes no more. */
  async feed(bytes: AsyncIterable<Buffer>): Promise<void> {
    const stdin = this.child.stdin as Writable;
    // It has ended early, and its exit code tells.
    stdin.on("error", () => undefined);
    try {
      for await (const chunk of bytes) {
        if (stdin.writable && !stdin.write(chunk)) await Promise.race([new Promise((resolve) => stdin.once("drain", resolve)), this.ended]);
      }
    } finally {
      stdin.end();
    }
  }

  /** @throws ArchiveProblem where it fails, or where the file comes to far more than files do */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { packedBytes } = this;
    const maxBytes = ALLOWANCE_BYTES + MAX_RATIO * packedBytes;
    let bytes = 0;
    for await (const chunk of this.child.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new ArchiveProblem(`unpacks to more than ${renderBytes(maxBytes)}, from ${renderBytes(packedBytes)}`);
      yield chunk;
    }
    const code = await this.ended;
    if (code === undefined) throw new ArchiveProblem(`cannot be unpacked: ${this.packing} is not installed here`);
    if (code !== 0) throw new ArchiveProblem("cannot be unpacked");
  }

  stop(): void {
    this.child.kill();
  }
}
