import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../../stack/atomic-file";
import type { RunView } from "../api";

const NAME = /^(r-\d{8}-\d{6}-\d+)\.json$/;
const MOST_KEPT = 30;

/** The runs of this server's on disk, a file each, so that the next start can say what became of them. */
export class RunFiles {
  constructor(private readonly folder: string) {}

  static of(projectFolder: string, stack: string): RunFiles {
    return new RunFiles(join(projectFolder, ".ldms", stack, "portal"));
  }

  async write(run: RunView): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFileAtomically(join(this.folder, `${run.id}.json`), JSON.stringify(run));
  }

  /** The newest first; what is no run any more is passed over. */
  async list(): Promise<readonly RunView[]> {
    const names = (await readdir(this.folder).catch((): string[] => [])).filter((name) => NAME.test(name));
    const newest = names.sort(compareNames).reverse();
    await Promise.all(newest.slice(MOST_KEPT).map((name) => rm(join(this.folder, name), { force: true })));
    const runs = await Promise.all(newest.slice(0, MOST_KEPT).map((name) => this.read(name)));
    return runs.flatMap((run) => run ?? []);
  }

  private async read(name: string): Promise<RunView | undefined> {
    try {
      const run = JSON.parse(await readFile(join(this.folder, name), "utf8")) as RunView;
      return run.id === NAME.exec(name)?.[1] ? run : undefined;
    } catch {
      return undefined;
    }
  }
}

/** By their time, then by their number. */
function compareNames(a: string, b: string): number {
  const numberOf = (name: string) => Number(/-(\d+)\.json$/.exec(name)?.[1]);
  const timeOf = (name: string) => name.replace(/-\d+\.json$/, "");
  return timeOf(a) === timeOf(b) ? numberOf(a) - numberOf(b) : timeOf(a) < timeOf(b) ? -1 : 1;
}
