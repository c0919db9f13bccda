import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createFileAtomically, writeFileAtomically } from "./atomic-file";
import { EngineError } from "./engine-error";
import type { LockHolder } from "./lock-holder";
import { openStack, type StackLocation } from "./open-stack";

/** A file as a run has read it. */
export interface KeptFile {
  /** As the stack file names it. */
  readonly path: string;
  readonly sha256: string;
  /** Absent where it may have a password in it. */
  readonly text?: string;
  /** The same text, encrypted with the stack's passphrase; neither is there where the stack has none. */
  readonly secret?: { readonly salt: string; readonly ciphertext: string };
}

export interface RunImage {
  readonly name: string;
  readonly reference: string;
  /** Of the image that the hosts got: `sha256:…`; absent where neither the stack file nor the state says. */
  readonly digest?: string;
  readonly isBuilt?: true;
}

/** What one run of this package was and did; written when it begins, and again when it ends. */
export interface RunRecordJson {
  readonly version: 1;
  readonly run: number;
  readonly verb: "up" | "refresh" | "destroy";
  readonly engine: "pulumi" | "embedded";
  readonly message: string;
  /** Whom the process that ran it did it for, where somebody said so: a portal's user. */
  readonly actor?: string;
  readonly holder: LockHolder;
  /** `begun`: it goes on, or was cut off. */
  readonly result: "begun" | "succeeded" | "failed" | "cancelled";
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly endTime?: number;
  readonly changes: Readonly<Record<string, number>>;
  /** `update cygnus-03-samp` */
  readonly steps: readonly string[];
  readonly differences: readonly object[];
  readonly failures: readonly string[];
  readonly skippedHosts: readonly string[];
  /** Hosts on which not all was done that was to be done; absent where nobody looked. */
  readonly failedHosts?: readonly string[];
  readonly images: readonly RunImage[];
  readonly stackFile: string;
  readonly files: readonly KeptFile[];
  /** By their paths, the names of what was in the folders that the stack file names. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
  /** `--target` or `--exclude` left a part of the stack out. */
  readonly isPartial?: true;
  /** Only hosts that the runs before it have failed on or left out. */
  readonly isOfFailed?: true;
  /** The run whose files these are. */
  readonly backTo?: number;
}

const NAME = /^run-(\d{6,})\.json$/;

/** The runs of one stack, beside those that Pulumi's file backend keeps there; a file each, named so that `pulumi` passes over it. */
export class RunRecords {
  constructor(private readonly folder: string) {}

  static async of(location: StackLocation): Promise<RunRecords> {
    return new RunRecords((await openStack(location)).backend.historyFolder);
  }

  /** The newest first, and of each what is wanted: all texts of all runs are more than a process has room for. */
  async list<T>(pick: (record: RunRecordJson) => T): Promise<readonly T[]> {
    const found: T[] = [];
    for (const run of (await this.numbers()).reverse()) found.push(pick(await this.read(run)));
    return found;
  }

  async find(run: number): Promise<RunRecordJson | undefined> {
    return (await this.numbers()).includes(run) ? this.read(run) : undefined;
  }

  /** The run that was kept before that one. */
  async findBefore(run: number): Promise<RunRecordJson | undefined> {
    const before = (await this.numbers()).filter((other) => other < run).at(-1);
    return before === undefined ? undefined : this.read(before);
  }

  /** Gives it the next number. Of two that begin at once, each has its own. */
  async begin(record: Omit<RunRecordJson, "run">): Promise<RunRecordJson> {
    for (let run = ((await this.numbers()).at(-1) ?? 0) + 1; ; run += 1) {
      const numbered = { ...record, run };
      try {
        await createFileAtomically(this.pathOf(run), toText(numbered));
        return numbered;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  /** What it came to, in the place of what it began with. */
  async end(record: RunRecordJson): Promise<void> {
    await writeFileAtomically(this.pathOf(record.run), toText(record));
  }

  /** Of a run that was none: nothing was begun. */
  async drop({ run }: RunRecordJson): Promise<void> {
    await rm(this.pathOf(run), { force: true });
  }

  private async numbers(): Promise<number[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    return names
      .flatMap((name) => Number(NAME.exec(name)?.[1] ?? []))
      .filter(Boolean)
      .sort((a, b) => a - b);
  }

  private async read(run: number): Promise<RunRecordJson> {
    const path = this.pathOf(run);
    try {
      return JSON.parse(await readFile(path, "utf8")) as RunRecordJson;
    } catch (cause) {
      throw new EngineError(`history: is no run of this package: \`${path}\`\nhelp: remove this file`, { cause });
    }
  }

  private pathOf(run: number): string {
    return join(this.folder, `run-${String(run).padStart(6, "0")}.json`);
  }
}

function toText(record: RunRecordJson): string {
  return `${JSON.stringify(record, null, 1)}\n`;
}
