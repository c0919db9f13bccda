import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One run of a program, with all that it started. */
export interface MeasuredRun {
  readonly seconds: number;
  /** Most memory that it and its descendants had at one moment, each page counted once (PSS); megabytes. */
  readonly peakMb: number;
  readonly code: number | null;
  /** Of both streams, the last 20,000 characters. */
  readonly output: string;
}

export interface RunPlace {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Looking costs a page-table walk a process: more often, it would slow whoever has more processes. */
const SAMPLE_MS = 2000;
/** Sooner at the beginning, so that a short run is seen; then after so large a share of the time that has gone by. */
const FIRST_SAMPLE_MS = 100;
const SAMPLE_SHARE = 0.2;
const OUTPUT_CHARACTERS = 20_000;
/** Longer than the slowest peer on a slow machine takes for 1,000 hosts. */
const TIMEOUT_MS = 20 * 60_000;

export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor() {
    super("bench: was interrupted; what it had set up is taken down");
  }
}

const interruption = new AbortController();

/** Ends what is being measured; whoever waits for it gets an error, and can take down what it has set up. */
export function interruptRuns(): void {
  interruption.abort();
}

/** Runs a program to its end. @throws InterruptedError, Error where it cannot be started */
export function measureRun(
  [program, ...args]: readonly [string, ...string[]],
  { folder, environment }: RunPlace = {},
): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let peakMb = 0;
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    let sampler: NodeJS.Timeout;
    const sampleLater = () => {
      const afterMs = Math.min(SAMPLE_MS, Math.max(FIRST_SAMPLE_MS, (performance.now() - began) * SAMPLE_SHARE));
      sampler = setTimeout(() => {
        peakMb = Math.max(peakMb, familyMb(child.pid!));
        sampleLater();
      }, afterMs);
    };
    sampleLater();
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    const interrupt = () => void child.kill();
    interruption.signal.addEventListener("abort", interrupt);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(sampler);
      clearTimeout(timer);
      interruption.signal.removeEventListener("abort", interrupt);
      if (interruption.signal.aborted) reject(new InterruptedError());
      resolve({ seconds: (performance.now() - began) / 1000, peakMb, code, output });
    });
  });
}

function familyMb(root: number): number {
  const childrenOf = new Map<number, number[]>();
  for (const pid of readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)) {
    const parent = parentOf(pid);
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const family = [root];
  for (let i = 0; i < family.length; i++) family.push(...(childrenOf.get(family[i]!) ?? []));
  return family.reduce((sum, pid) => sum + pssKb(pid), 0) / 1024;
}

/** Undefined for a process that has just ended. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(/\) . (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

function pssKb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
