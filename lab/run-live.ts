import { spawn } from "node:child_process";

/** A program ended with another code than 0; it said why on this terminal. */
export class ProgramFailed extends Error {
  override readonly name = "ProgramFailed";
  constructor(
    what: string,
    readonly code: number,
    readonly signal: string | null,
  ) {
    super(`${what}: ended with ${signal ?? `code ${code}`}`);
  }
}

/** Runs a program on this terminal. @throws ProgramFailed naming the command where it ends with another code than 0. */
export function runLive(argv: readonly [string, ...string[]], environment: Readonly<Record<string, string>>): Promise<void> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...environment } });
    child.once("error", reject);
    child.once("exit", (code, signal) => (code === 0 ? resolve() : reject(new ProgramFailed(args.join(" "), code ?? 1, signal))));
  });
}
