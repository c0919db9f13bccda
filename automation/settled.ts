import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SettledState } from "../engine/run-operation";
import type { EarlySweep } from "../operations/observe/early-sweep";
import { countGenerations, renderSweepResult, type Sweep } from "../operations/observe/sweep";
import { digestMarks, type Marks, markFiles, markOf } from "../operations/seen-files";
import { planDeliveries } from "../plan/fan-out/deliveries";
import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { writeFileAtomically } from "../stack/atomic-file";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { readProjectFile } from "../stack/project-file";
import { hasOwnProgram, PACKAGE, PACKAGES } from "./own-program";
import type { RunOptions } from "./run-options";
import { settledPath } from "./settled-path";
import { readSitePlan, type SitePlan } from "./site-plan";

/** Kept beside the project by an `up` that left nothing to do. */
interface SettledJson {
  /** All that the program's requests follow from, beside the state. */
  readonly asked: string;
  readonly state: string;
  /** Of each batch, as the sweep behind it will count them; none by the method docker. */
  readonly generations: Readonly<Record<string, number>>;
}

/** What the program of this package, and the engine that asks it, consist of, and what they speak through. */
const CODE = ["index", "program", "components", "engine", "operations", "plan", "processes", "stack"];
const SDKS = ["pulumi", "command", "docker"].map((name) => join(PACKAGES, "@pulumi", name, "package.json"));

/**
 * Knows without starting it that a program would ask for just what the state has: by what it is made from, as `make` does. The program of this package
 * asks for what follows from its own code, the stack's files and secrets, and what the hosts have; nothing of that, and nothing of the state, is another
 * one than behind the last `up` that did all its work. Any doubt, and the program is asked.
 */
export class Settled {
  private constructor(
    private readonly location: StackLocation,
    private readonly site: SitePlan,
    private readonly asked: string,
    private readonly kept: Partial<SettledJson> | undefined,
  ) {}

  /** Undefined for a run of which this cannot be said: of a part, of images that are made or sent, of another program. */
  static async of(location: StackLocation, site: SitePlan, options: RunOptions): Promise<Settled | undefined> {
    if (!isInFiles(location) || !isWhole(options) || makesImages(site.plan)) return undefined;
    const { folder, main } = await readProjectFile(location.projectFolder);
    if (!hasOwnProgram(folder, main)) return undefined;
    return new Settled(location, site, markAsked(location, site), readKept(location));
  }

  /** For the engine; undefined where the program has to be asked whatever the hosts say. @param sweep of the method fan-out */
  find(sweep: EarlySweep | undefined): (() => Promise<SettledState | undefined>) | undefined {
    const { asked, state, generations } = this.kept ?? {};
    return asked === this.asked && state !== undefined ? () => this.ask(state, generations, sweep) : undefined;
  }

  private async ask(
    state: string,
    generations: SettledJson["generations"] | undefined,
    sweep: EarlySweep | undefined,
  ): Promise<SettledState | undefined> {
    if (this.site.plan.method === "docker") return { state, notes: [] };
    const found = await sweep?.found;
    if (!found || !isClean(found) || found.differing.length > 0) return undefined;
    if (JSON.stringify(generations) !== JSON.stringify(this.countGenerations(found))) return undefined;
    return { state, notes: [`sweep: ${renderSweepResult(found).join("\n")}`] };
  }

  /** @param state that the run has left. Where it cannot be written, the next one asks the program. */
  async keep(state: string, sweep: EarlySweep | undefined): Promise<void> {
    const found = await sweep?.found;
    if (this.site.plan.method === "fan-out" && (!found || !isClean(found))) return;
    const generations = found ? this.countGenerations(found) : {};
    const kept: SettledJson = { asked: this.asked, state, generations };
    if (JSON.stringify(kept) === JSON.stringify(this.kept)) return;
    // Somebody may have written to a file since it was planned from, and the program have read that.
    if (markAsked(this.location, await readSitePlan(this.location)) !== this.asked) return;
    await writeFileAtomically(settledPath(this.location), JSON.stringify(kept)).catch(() => undefined);
  }

  private countGenerations(sweep: Sweep): Readonly<Record<string, number>> {
    return countGenerations(listFanOuts(this.site.plan), sweep);
  }
}

function readKept(location: StackLocation): Partial<SettledJson> | undefined {
  try {
    return JSON.parse(readFileSync(settledPath(location), "utf8")) as Partial<SettledJson>;
  } catch {
    return undefined;
  }
}

function markAsked({ projectFolder, stack }: StackLocation, { plan, sideFiles }: SitePlan): string {
  return digestMarks({ ...markKeys(projectFolder, plan), ...markCode(), ...markFiles(projectFolder, stack, sideFiles) });
}

function isWhole({ refresh, takeOver, onlyFailed, expect, targets = [], excludes = [], policyPacks = [] }: RunOptions): boolean {
  return !refresh && !takeOver && !onlyFailed && expect === undefined && targets.length + excludes.length + policyPacks.length === 0;
}

/** What is made of a folder, or sent, is looked at by the program. */
function makesImages(plan: DeploymentPlan): boolean {
  return plan.steps.length > 0 || plan.images.some(({ build }) => build !== undefined) || planDeliveries(plan).length > 0;
}

/** All hosts of the stack have answered and are ready, and none that has left it is waited for. */
function isClean({ unknown, retired, notReady = [] }: Sweep): boolean {
  return unknown.length + retired.length + notReady.length === 0;
}

/** The program reads the keys by which it logs in, and those that it knows hosts by. */
function markKeys(projectFolder: string, plan: DeploymentPlan): Marks {
  const connections = [...plan.hosts, ...listFanOuts(plan).map(({ head }) => head)].map(({ connection }) => connection);
  const names = connections.flatMap((one) => (one.kind === "ssh" ? [one.keyFile ?? [], one.knownHostsFile ?? []].flat() : []));
  return Object.fromEntries([...new Set(names)].map((name) => [`key ${name}`, markIfThere(resolve(projectFolder, name))]));
}

function markIfThere(path: string): string {
  try {
    return markOf(readFileSync(path));
  } catch {
    return "none";
  }
}

/** By the times at which they came to be here, which no package brings along: to read all the files takes a tenth of a second. */
function markCode(): Marks {
  const files = CODE.flatMap((part) => listFiles(join(PACKAGE, part)));
  const stats = files.map((path) => {
    const { ctimeMs, size } = statSync(path);
    return `${path} ${ctimeMs} ${size}`;
  });
  return { code: markOf(stats.join("\n")), sdks: SDKS.map(markIfThere).join(" "), node: process.version };
}

/** A module, or all files of a folder of them. */
function listFiles(part: string): readonly string[] {
  const module = [".ts", ".js"].map((end) => `${part}${end}`).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (module !== undefined) return [module];
  const entries = readdirSync(part, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
