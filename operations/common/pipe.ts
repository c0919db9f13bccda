import { type ChildProcess, spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { OperationError } from "./operation-error";

/**
 * Runs programs as a shell's pipe does, the last one's stdout going nowhere. They end each other: one that fails closes its pipes.
 * @throws OperationError of the first that failed by itself, with its own last line
 */
export async function runPipe(...programs: readonly (readonly [string, ...string[]])[]): Promise<void> {
  const children = programs.map(([file, ...args]) =>
    spawn(file, args, { env: withoutPulumiVariables(process.env), stdio: ["pipe", "pipe", "pipe"] }),
  );
  const ended = children.map((child, index) => endOf(programs[index]!.slice(0, 2).join(" "), child));
  children[0]!.stdin.end();
  children.at(-1)!.stdout.resume();
  for (let i = 1; i < children.length; i++) {
    // Who ends early says why; the broken pipe says nothing.
    pipeline(children[i - 1]!.stdout, children[i]!.stdin).catch(() => undefined);
  }
  const failures = (await Promise.allSettled(ended)).filter((result) => result.status === "rejected").map(({ reason }) => reason as Error);
  // A program that could no longer write failed because of a later one.
  const [first] = failures.filter((error) => !/[Bb]roken pipe|SIGPIPE/.test(error.message)).concat(failures);
  if (first) throw first;
}

/** Resolves when it has ended well. @throws OperationError */
export async function endOf(where: string, child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (problem: string, help?: string) => reject(new OperationError(where, problem, help));
    child.once("error", (error) => fail(`cannot be started: ${error.message}`, `apt-get install ${where.split(" ")[0]}`));
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else fail(said.trim().split("\n").at(-1) || (signal ?? `exit code ${code}`));
    });
  });
}
