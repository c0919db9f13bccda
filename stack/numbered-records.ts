import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createFileAtomically, writeFileAtomically } from "./atomic-file";
import { EngineError } from "./engine-error";

/** Records of one kind in a folder, a file each: `run-000057.json`. The names are such that `pulumi` passes over them. */
export class NumberedRecords<R extends { readonly run: number }> {
  private readonly pattern: RegExp;

  /** @param kind what the names begin with */
  constructor(
    private readonly folder: string,
    private readonly kind: string,
  ) {
    this.pattern = new RegExp(`^${kind}-(\\d{6,})\\.json$`);
  }

  /** The newest first, and of each what is wanted: all texts of all records are more than a process has room for. */
  async list<T>(pick: (record: R) => T): Promise<readonly T[]> {
    const found: T[] = [];
    for (const run of (await this.numbers()).reverse()) found.push(pick(await this.read(run)));
    return found;
  }

  async find(run: number): Promise<R | undefined> {
    return (await this.numbers()).includes(run) ? this.read(run) : undefined;
  }

  /** The one that was kept before that one. */
  async findBefore(run: number): Promise<R | undefined> {
    const before = (await this.numbers()).filter((other) => other < run).at(-1);
    return before === undefined ? undefined : this.read(before);
  }

  /** Gives it the next number. Of two that begin at once, each has its own. */
  async begin(record: Omit<R, "run">): Promise<R> {
    for (let run = ((await this.numbers()).at(-1) ?? 0) + 1; ; run += 1) {
      const numbered = { ...record, run } as R;
      try {
        await createFileAtomically(this.pathOf(run), toText(numbered));
        return numbered;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  /** What it came to, in the place of what it began with. */
  async end(record: R): Promise<void> {
    await writeFileAtomically(this.pathOf(record.run), toText(record));
  }

  /** Of one that was none: nothing was begun. */
  async drop({ run }: R): Promise<void> {
    await rm(this.pathOf(run), { force: true });
  }

  private async numbers(): Promise<number[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    return names
      .flatMap((name) => Number(this.pattern.exec(name)?.[1] ?? []))
      .filter(Boolean)
      .sort((a, b) => a - b);
  }

  private async read(run: number): Promise<R> {
    const path = this.pathOf(run);
    try {
      return JSON.parse(await readFile(path, "utf8")) as R;
    } catch (cause) {
      throw new EngineError(`history: is no ${this.kind} of this package: \`${path}\`\nhelp: remove this file`, { cause });
    }
  }

  private pathOf(run: number): string {
    return join(this.folder, `${this.kind}-${String(run).padStart(6, "0")}.json`);
  }
}

function toText(record: object): string {
  return `${JSON.stringify(record, null, 1)}\n`;
}
