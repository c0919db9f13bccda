import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { withoutPulumiVariables } from "../plan/text/child-environment";

export interface FollowLimits {
  /** @default the folder in which this process runs */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The next line is read when it is done with this one. */
  readonly onLine: (line: string) => Promise<void> | void;
}

/** The end of stderr that is kept. */
const STDERR_KEPT = 4096;

/**
 * Runs one local process and hands on each line of its stdout, none of which is kept.
 * @returns how it ended; its code is absent where a signal ended it, ours among them
 */
export async function followProcess(
  [file, ...args]: readonly [string, ...string[]],
  { folder = ".", signal, onLine }: FollowLimits,
): Promise<{ readonly code: number | undefined; readonly stderr: string }> {
  signal?.throwIfAborted();
  // In a group of its own: Ctrl-C on the terminal is for us.
  const child = spawn(file, args, {
    cwd: folder,
    env: withoutPulumiVariables(process.env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = () => endGroup(child);
  signal?.addEventListener("abort", stop, { once: true });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const ended = once(child, "close") as Promise<[number | null]>;
  // Where it cannot be started, that is told below.
  ended.catch(() => undefined);
  try {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) await onLine(line);
    const [code] = await ended;
    return { code: code ?? undefined, stderr };
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

/** With what it has started, which would hold its pipe open. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
