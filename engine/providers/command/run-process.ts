import { spawn } from "node:child_process";
import { withoutPulumiVariables } from "../../../plan/text/child-environment";

/** A process to run to its end. Secrets go into `stdin`, which no other user of the machine can see. */
export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly stdin?: string | undefined;
  readonly folder?: string | undefined;
  /** Added to this process's own environment without Pulumi's variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs: number;
}

export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr in the order of arrival. */
  readonly output: string;
  readonly ending: ProcessEnding;
}

export type ProcessEnding =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "timeout" }
  | { readonly kind: "not-started"; readonly reason: string };

/** Runs a process to its end, or to its time-out; then it and all that it has started is killed. Never rejects. */
export function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const [program = "", ...args] = spec.argv;
    // A process group of its own, so that the time-out ends what a shell has started as well.
    const env = { ...withoutPulumiVariables(process.env), ...spec.env };
    const child = spawn(program, args, { cwd: spec.folder, env, stdio: "pipe", detached: true });
    const chunks: { readonly from: "stdout" | "stderr"; readonly data: Buffer }[] = [];
    let isExpired = false;
    const timer = setTimeout(() => {
      isExpired = true;
      killGroup(child.pid);
    }, spec.timeoutMs);

    const finish = (ending: ProcessEnding) => {
      clearTimeout(timer);
      const textOf = (from?: string) =>
        Buffer.concat(chunks.flatMap((chunk) => (from === undefined || chunk.from === from ? [chunk.data] : []))).toString();
      resolve({ stdout: textOf("stdout"), stderr: textOf("stderr"), output: textOf(), ending });
    };

    child.stdout.on("data", (data: Buffer) => chunks.push({ from: "stdout", data }));
    child.stderr.on("data", (data: Buffer) => chunks.push({ from: "stderr", data }));
    // A command need not read its input; what it makes of that shows in its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(spec.stdin ?? "");
    child.on("error", (error) => finish({ kind: "not-started", reason: error.message }));
    child.on("close", (code, signal) => {
      if (isExpired) finish({ kind: "timeout" });
      else finish(code === null ? { kind: "signal", signal: signal ?? "SIGKILL" } : { kind: "exit", code });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
