import { type ChildProcess, spawn } from "node:child_process";

export interface RunResult {
  /** 128 + the signal's number stands for none: a run that a signal ended has `undefined`. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface RunArgs {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly stdin?: string;
}

/** A process with all that it started in one group, and what it printed so far. */
export interface StartedProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<RunResult>;
  stdout(): string;
  /** To the whole group. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program in a process group of its own; at its time-out the group gets SIGKILL, and `ended` rejects with what was printed. */
export function start([file, ...args]: readonly [string, ...string[]], run: RunArgs): StartedProcess {
  const began = Date.now();
  const child = spawn(file, args, { cwd: run.folder, env: run.environment, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      texts[name] += chunk;
    });
  }
  // A program that ends without reading its input is no failure of the writer.
  child.stdin.on("error", () => undefined);
  child.stdin.end(run.stdin ?? "");
  const kill = (signal: NodeJS.Signals) => killGroup(child.pid, signal);
  const ended = new Promise<RunResult>((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      kill("SIGKILL");
    }, run.timeoutSeconds * 1000);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      if (isLate) reject(new Error(`${args.join(" ")}: no end within ${run.timeoutSeconds} s\n${texts.stdout}${texts.stderr}`));
      else resolve({ code: code ?? undefined, ...texts, seconds: (Date.now() - began) / 1000 });
    });
  });
  return { child, ended, stdout: () => texts.stdout, kill };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
