import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isOpen, type UpgradeRecord } from "../operations/upgrade/upgrade-record";
import { BadInputError } from "../plan/problems/errors";
import { createFileAtomically, writeFileAtomically } from "../stack/atomic-file";
import { EngineError } from "../stack/engine-error";
import { holdFile, listFileLocks } from "../stack/held-file";
import { describeSelf, isDead, isSeenHere, type LockHolder } from "../stack/lock-holder";
import { isInFiles, openStack, type StackLocation } from "../stack/open-stack";

/** An upgrade of a stack, and whose process works on it, or did. */
export interface KeptUpgrade extends UpgradeRecord {
  readonly holder: LockHolder;
  /** A process works on it now, as far as can be told from here. */
  readonly isAlive: boolean;
}

/** The last upgrade of a stack, beside the records of its runs. */
export class UpgradeFile {
  private readonly path: string;
  /** There for as long as somebody wants the upgrade to pause. */
  private readonly pausePath: string;

  private constructor(historyFolder: string) {
    this.path = join(historyFolder, "upgrade.json");
    this.pausePath = join(historyFolder, "upgrade-pause");
  }

  /** @throws BadInputError for a stack whose state is not in files */
  static async of(location: StackLocation): Promise<UpgradeFile> {
    if (!isInFiles(location))
      throw BadInputError.of(
        "upgrade",
        "is for a stack whose state is in files",
        "`backend.url: file://FOLDER`, or `ldms up` with another tag",
      );
    return new UpgradeFile((await openStack(location)).backend.historyFolder);
  }

  async read(): Promise<KeptUpgrade | undefined> {
    const text = await readFile(this.path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return undefined;
    });
    if (text === undefined) return undefined;
    const kept = this.parse(text);
    return { ...kept, isAlive: kept.state === "running" && (await this.isAtWork(kept.holder)) };
  }

  /** One on another machine, or of before this one's restart, has left its lock. */
  private async isAtWork(holder: LockHolder): Promise<boolean> {
    return isSeenHere(holder) ? !isDead(holder) : (await this.findLock()) !== undefined;
  }

  /** The lock of who works on it. */
  async findLock(): Promise<string | undefined> {
    return (await listFileLocks(this.path))[0]?.path;
  }

  private parse(text: string): UpgradeRecord & { readonly holder: LockHolder } {
    try {
      return JSON.parse(text) as UpgradeRecord & { readonly holder: LockHolder };
    } catch (cause) {
      throw new EngineError(`upgrade: is no record of this package: \`${this.path}\`\nhelp: remove this file`, { cause });
    }
  }

  /** @throws BadInputError where another one is open */
  async begin(record: UpgradeRecord, stack: string): Promise<void> {
    const before = await this.read();
    if (before && isOpen(before)) throw openUpgrade(before, stack);
    await rm(this.path, { force: true });
    await createFileAtomically(this.path, toText(record)).catch(async (error: NodeJS.ErrnoException) => {
      const other = error.code === "EEXIST" ? await this.read() : undefined;
      throw other ? openUpgrade(other, stack) : error;
    });
  }

  async write(record: UpgradeRecord): Promise<void> {
    await writeFileAtomically(this.path, toText(record));
  }

  async drop(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Nobody else works on it meanwhile. */
  hold<T>(use: () => Promise<T>): Promise<T> {
    return holdFile(this.path, use);
  }

  askForPause(): Promise<void> {
    return writeFileAtomically(this.pausePath, "");
  }

  isPauseWanted(): Promise<boolean> {
    return readFile(this.pausePath).then(
      () => true,
      () => false,
    );
  }

  async forgetPause(): Promise<void> {
    await rm(this.pausePath, { force: true });
  }
}

function toText(record: UpgradeRecord): string {
  return `${JSON.stringify({ ...record, holder: describeSelf() }, null, 1)}\n`;
}

/** The upgrade of the stack that has not come to its end; undefined where there is none. */
export async function findOpenUpgrade(location: StackLocation): Promise<KeptUpgrade | undefined> {
  if (!isInFiles(location)) return undefined;
  const kept = await (await UpgradeFile.of(location)).read();
  return kept && isOpen(kept) ? kept : undefined;
}

/** For a stack that is destroyed: there is nothing left to go on with, or back to. */
export async function forgetUpgrade(location: StackLocation): Promise<void> {
  const open = await findOpenUpgrade(location);
  if (open && !open.isAlive) await (await UpgradeFile.of(location)).drop();
}

/** An `up` would give the new images to every host at once. @throws BadInputError */
export async function assertNoUpgrade(location: StackLocation): Promise<void> {
  const open = await findOpenUpgrade(location);
  if (open) throw openUpgrade(open, location.stack);
}

function openUpgrade({ from, to, isAlive, holder }: KeptUpgrade, stack: string): BadInputError {
  const what = `an upgrade from ${from.tag} to ${to.tag} has not come to its end`;
  if (isAlive)
    return BadInputError.of(
      "upgrade",
      `${what}: process ${holder.pid} on ${holder.hostname} works on it`,
      `ldms upgrade status -s ${stack}`,
    );
  return BadInputError.of("upgrade", what, `ldms upgrade resume -s ${stack} goes on, ldms upgrade abort -s ${stack} goes back`);
}
