import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_FOLDER } from "../lab/names";
import { copyProject } from "../lab/project-copy";
import { measureCpu } from "./cpu-time";
import { measureRun } from "./measured-run";

const COMMANDS = [["--help"], ["plan", "-s", "cygnus"]] as const;
const MOST_RATIO = 1.3;

/** One command in a checkout and in the package; CPU time. */
export interface StartCase {
  readonly command: string;
  /** The run that compiled what it needed. */
  readonly firstSeconds: number;
  readonly checkoutSeconds: readonly number[];
  readonly packageSeconds: readonly number[];
}

/** Commands that contact nobody, from a new checkout and from a new package, in turn. */
export async function measureStart(rounds: number): Promise<StartCase[]> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-start-"));
  try {
    const [checkout, built] = [join(folder, "checkout"), join(folder, "package")];
    copyProject(checkout);
    rmSync(join(checkout, ".compiled"), { recursive: true, force: true });
    await buildPackage(built);
    const cases: StartCase[] = [];
    for (const command of COMMANDS) cases.push(await measureCommand(command, checkout, built, rounds));
    return cases;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function buildPackage(folder: string): Promise<void> {
  for (const part of ["bin/ldms.js", "package.json", "Pulumi.yaml", "Pulumi.cygnus.yaml"])
    cpSync(join(PROJECT_FOLDER, part), join(folder, part));
  symlinkSync(join(PROJECT_FOLDER, "node_modules"), join(folder, "node_modules"));
  const { code, output } = await measureRun(["bash", join(PROJECT_FOLDER, "build.sh"), join(folder, "dist")]);
  if (code !== 0) throw new Error(`build.sh failed:\n${output}`);
}

async function measureCommand(words: readonly string[], checkout: string, built: string, rounds: number): Promise<StartCase> {
  const firstSeconds = await secondsOf(words, checkout);
  const [checkoutSeconds, packageSeconds]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    checkoutSeconds.push(await secondsOf(words, checkout));
    packageSeconds.push(await secondsOf(words, built));
  }
  return { command: words.join(" "), firstSeconds, checkoutSeconds, packageSeconds };
}

async function secondsOf(words: readonly string[], folder: string): Promise<number> {
  const { code, output, cpuSeconds } = await measureCpu([process.execPath, "bin/ldms.js", ...words], { folder });
  if (code !== 0) throw new Error(`ldms ${words.join(" ")} failed in ${folder}:\n${output}`);
  return cpuSeconds;
}

/** By the least of each: what else the machine does only adds. */
export function startRatio({ checkoutSeconds, packageSeconds }: StartCase): number {
  return Math.min(...checkoutSeconds) / Math.min(...packageSeconds);
}

export function startFaults(cases: readonly StartCase[]): string[] {
  return cases
    .filter((one) => startRatio(one) > MOST_RATIO)
    .map((one) => `ldms ${one.command}: ${startRatio(one).toFixed(2)} times as long in a checkout as in the package`);
}
