import spawn, { SubprocessError } from "nano-spawn";
import { withoutPulumiVariables } from "../plan/text/child-environment";

export interface ProcessResult {
  /** Without its last line end. */
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface EndedProcess extends ProcessResult {
  /** stdout and stderr in the order of arrival. */
  readonly output: string;
}

export interface ProcessLimits {
  /** Secrets go here, which no other user of the machine can see. */
  readonly stdin?: string | undefined;
  /** @default the folder in which this process runs */
  readonly folder?: string | undefined;
  readonly timeoutSeconds: number;
  /** For the first word on stdout; absent: as long as the process may take. */
  readonly firstWordSeconds?: number;
  /** A text that is that word; absent: any byte. */
  readonly firstWord?: string;
  readonly signal?: AbortSignal;
}

/** The process was still running when its time was up. */
export class ProcessTimeout extends Error {
  override readonly name = "ProcessTimeout";
  constructor(
    readonly seconds: number,
    readonly stderr: string,
    readonly output: string,
  ) {
    super(`no end within ${seconds} s`);
  }
}

/** The process had said nothing when the time for its first word was up. */
export class ProcessSilence extends Error {
  override readonly name = "ProcessSilence";
  constructor(
    readonly seconds: number,
    readonly stderr: string,
  ) {
    super(`no word within ${seconds} s`);
  }
}

/**
 * Runs one local process to its end, in a process group of its own: when time is up or the signal comes, its children go with it.
 * @throws ProcessTimeout or ProcessSilence when time is up; the signal's reason when it was aborted; SubprocessError when it cannot be started or is killed
 */
export async function runProcess(argv: readonly [string, ...string[]], limits: ProcessLimits): Promise<EndedProcess> {
  limits.signal?.throwIfAborted();
  const [file, ...args] = argv;
  const timeout = AbortSignal.timeout(limits.timeoutSeconds * 1000);
  const silence = new AbortController();
  const stop = AbortSignal.any([timeout, silence.signal, ...(limits.signal ? [limits.signal] : [])]);

  const stdin = limits.stdin === undefined ? "ignore" : { string: limits.stdin };
  const { folder = "." } = limits;
  const subprocess = spawn(file, args, { stdin, env: withoutPulumiVariables(process.env), detached: true, cwd: folder });
  const child = subprocess.nodeChildProcess.then((started) => {
    const kill = () => {
      killGroup(started.pid);
      // A client of a kept ssh connection hands its pipes to the connection's process, which lives on: their end would come late.
      for (const pipe of [started.stdin, started.stdout, started.stderr]) pipe?.destroy();
    };
    stop.addEventListener("abort", kill, { once: true });
    if (stop.aborted) kill();
    const waiting = limits.firstWordSeconds && setTimeout(() => silence.abort(), limits.firstWordSeconds * 1000);
    const stopWaiting = () => clearTimeout(waiting);
    let heard = "";
    const hear = (chunk: Buffer | string) => {
      heard += String(chunk);
      if (!heard.includes(limits.firstWord ?? "")) return;
      stopWaiting();
      started.stdout?.off("data", hear);
    };
    if (waiting) started.stdout?.on("data", hear);
    const forget = () => {
      stopWaiting();
      stop.removeEventListener("abort", kill);
    };
    return { forget };
  });
  try {
    const [{ stdout, stderr, output }] = await Promise.all([subprocess, child]);
    return { stdout, stderr, output, code: 0 };
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (!(error instanceof SubprocessError)) throw error;
    if (silence.signal.aborted) throw new ProcessSilence(limits.firstWordSeconds!, error.stderr);
    if (timeout.aborted) throw new ProcessTimeout(limits.timeoutSeconds, error.stderr, error.output);
    if (error.exitCode === undefined) throw error;
    return { stdout: error.stdout, stderr: error.stderr, output: error.output, code: error.exitCode };
  } finally {
    await child.then(({ forget }) => forget()).catch(() => undefined);
  }
}

/** SIGKILL, for a client stopped in the middle of a key exchange may leave SIGTERM waiting. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
