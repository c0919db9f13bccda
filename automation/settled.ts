import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EarlySweep } from "../operations/observe/early-sweep";
import { countGenerations, renderSweepResult, type Sweep } from "../operations/observe/sweep";
import { digestMarks, type Marks, markFiles, markOf } from "../operations/seen-files";
import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import { isArchived } from "../plan/images/send-image";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { readProjectFile } from "../stack/project-file";
import { hasOwnProgram, PACKAGE } from "./own-program";
import { isPlain, type RunOptions } from "./run-options";
import { readSettled, type SettledJson, writeSettled } from "./settled-file";
import type { SitePlan } from "./site-plan";

/** What the program of this package, and the engine that asks it, consist of, and what they speak through. */
const CODE = ["index", "program", "components", "engine", "operations", "plan", "processes", "stack"];
const SDKS = ["pulumi", "command", "docker"];

/**
 * Knows without starting it that a program would ask for just what the state has: by what it is made from, as `make` does. The program of this package
 * asks for what follows from its own code, the stack's files and keys, and what the hosts have; nothing of that, and nothing of the state, is another
 * one than behind the last `up` that did all its work. Any doubt, and the program is asked.
 */
export class Settled {
  private constructor(
    private readonly location: StackLocation,
    private readonly plan: DeploymentPlan,
    private readonly paths: readonly string[],
    /** Of these files, from before they were read for `asked`. */
    private readonly stamps: string,
    private readonly asked: string,
    private readonly kept: Partial<SettledJson>,
  ) {}

  /** Undefined for a run of which this cannot be said: of a part, of images that are made or sent, of another program. */
  static async of(location: StackLocation, { plan, sideFiles }: SitePlan, options: RunOptions): Promise<Settled | undefined> {
    if (!isInFiles(location) || !isPlain(options) || makesImages(plan)) return undefined;
    try {
      const { folder, main } = await readProjectFile(location.projectFolder);
      if (!hasOwnProgram(folder, main)) return undefined;
      const paths = pathsOf(location, plan, sideFiles);
      const stamps = stampFiles(paths);
      return new Settled(location, plan, paths, stamps, markAsked(location, plan, sideFiles), readSettled(location));
    } catch {
      // A file that is gone, or that cannot be read: whoever needs it says so.
      return undefined;
    }
  }

  /** For the engine; undefined where the program has to be asked whatever the hosts say. @param sweep of the method fan-out */
  find(sweep: EarlySweep | undefined): ((state: string) => Promise<readonly string[] | undefined>) | undefined {
    const { asked, state, generations } = this.kept;
    if (asked !== this.asked) return undefined;
    return async (now) => (now === state ? this.ask(generations, sweep) : undefined);
  }

  private async ask(
    generations: SettledJson["generations"] | undefined,
    sweep: EarlySweep | undefined,
  ): Promise<readonly string[] | undefined> {
    if (this.plan.method === "docker") return [];
    const found = await sweep?.found;
    if (!found || !isClean(found) || found.differing.length > 0) return undefined;
    if (JSON.stringify(generations) !== JSON.stringify(this.countGenerations(found))) return undefined;
    return [`sweep: ${renderSweepResult(found).join("\n")}`];
  }

  /** @param state that the run has left. Where it cannot be written, the next one asks the program. */
  async keep(state: string, sweep: EarlySweep | undefined): Promise<void> {
    const found = await sweep?.found;
    if (this.plan.method === "fan-out" && (!found || !isClean(found))) return;
    const generations = found ? this.countGenerations(found) : {};
    const { asked, kept } = this;
    if (kept.asked === asked && kept.state === state && JSON.stringify(kept.generations) === JSON.stringify(generations)) return;
    try {
      // Somebody may have written to a file during the run, and the program have read that.
      if (stampFiles(this.paths) === this.stamps) await writeSettled(this.location, { asked, state, generations });
    } catch {}
  }

  private countGenerations(sweep: Sweep): Readonly<Record<string, number>> {
    return countGenerations(listFanOuts(this.plan), sweep);
  }
}

/** What is made of a folder, or sent, is looked at by the program. */
function makesImages({ steps, images }: DeploymentPlan): boolean {
  return steps.length > 0 || images.some((image) => image.build !== undefined || isArchived(image));
}

/** All hosts of the stack have answered and are ready, and none that has left it is waited for. */
function isClean({ unknown, retired, notReady = [] }: Sweep): boolean {
  return unknown.length + retired.length + notReady.length === 0;
}

function pathsOf({ projectFolder, stack }: StackLocation, plan: DeploymentPlan, sideFiles: Marks): string[] {
  const names = ["Pulumi.yaml", `Pulumi.${stack}.yaml`, ...Object.keys(sideFiles), ...keyFilesOf(plan)];
  return [...new Set(names)].map((name) => resolve(projectFolder, name));
}

/** Another one after each write, whatever was written. */
function stampFiles(paths: readonly string[]): string {
  return paths.map(stampFile).join("\n");
}

function stampFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${path} ${stat.ctimeMs} ${stat.size} ${stat.ino}` : path;
}

/** A key may be named in words that ssh alone understands. */
function markIfThere(path: string): string {
  return existsSync(path) ? markOf(readFileSync(path)) : "none";
}

function markAsked({ projectFolder, stack }: StackLocation, plan: DeploymentPlan, sideFiles: Marks): string {
  const read = (names: readonly string[]) => names.map((name) => [name, markIfThere(resolve(projectFolder, name))] as const);
  const [folders, files] = [Object.entries(sideFiles).filter(([name]) => name.endsWith("/")), Object.keys(sideFiles)];
  return digestMarks({
    ...Object.fromEntries(read(keyFilesOf(plan)).map(([name, mark]) => [`key ${name}`, mark])),
    ...markCode(),
    ...markFiles(projectFolder, stack, Object.fromEntries([...folders, ...read(files.filter((name) => !name.endsWith("/")))])),
  });
}

/** The keys by which the program logs in, and those that it knows hosts by. */
function keyFilesOf(plan: DeploymentPlan): string[] {
  const connections = [...plan.hosts, ...listFanOuts(plan).map(({ head }) => head)].map(({ connection }) => connection);
  return [...new Set(connections.flatMap((one) => (one.kind === "ssh" ? [one.keyFile ?? [], one.knownHostsFile ?? []].flat() : [])))];
}

/** By the times at which the files came to be here, which no package brings along: to read them all takes a tenth of a second. */
function markCode(): Marks {
  const files = CODE.flatMap((part) => listFiles(join(PACKAGE, part)));
  const sdks = SDKS.map((name) => require.resolve(`@pulumi/${name}/package.json`));
  return { code: markOf(stampFiles([...files, ...sdks])), node: process.version };
}

/** A module, or all files of a folder of them. */
function listFiles(part: string): readonly string[] {
  const module = [".ts", ".js"].map((end) => `${part}${end}`).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (module !== undefined) return [module];
  const entries = readdirSync(part, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}
