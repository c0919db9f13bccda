import { spawn } from "node:child_process";

/** Runs a program on this terminal. @throws Error naming the command where it ends with another code than 0. */
export function runLive(argv: readonly [string, ...string[]], environment: Readonly<Record<string, string>>): Promise<void> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...environment } });
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${argv.slice(1).join(" ")}: ended with ${signal ?? `code ${code}`}`)),
    );
  });
}
