import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

const COMMAND_SECONDS = 20;

export interface Result {
  /** 128 and the signal's number where a signal ended it, as a shell has it. */
  readonly code: number;
  /** Its output and its errors; they are one log. */
  readonly out: string;
}

/** A daemon that runs. */
export interface Daemon {
  readonly port: number;
  log(): string;
  isRunning(): boolean;
  signal(name: NodeJS.Signals): void;
  /** @returns its exit code, as in Result */
  ended(seconds: number): Promise<number>;
}

/** An install prefix of LDMS, the stand-ins' or the real one's, and what runs from it; all on this machine's loopback. */
export class Daemons {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "ldms-daemons-"));
  readonly #children = new Set<ChildProcess>();
  readonly #environment: NodeJS.ProcessEnv;

  constructor(readonly prefix: string) {
    const lib = path.join(prefix, "lib");
    const versions = fs.readdirSync(lib).filter((name) => name.startsWith("python3"));
    const packages = versions.flatMap((version) => ["site", "dist"].map((kind) => `${lib}/${version}/${kind}-packages`)).join(":");
    this.#environment = {
      PATH: `${prefix}/bin:${prefix}/sbin:${process.env["PATH"]}`,
      LD_LIBRARY_PATH: lib,
      ZAP_LIBPATH: `${lib}/ovis-ldms`,
      LDMSD_PLUGIN_LIBPATH: `${lib}/ovis-ldms`,
      PYTHONPATH: packages,
      PYTHONDONTWRITEBYTECODE: "1",
      TZ: "UTC",
    };
  }

  /** Writes a file of configuration; returns its path. */
  write(name: string, ...lines: readonly string[]): string {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, `${lines.join("\n")}\n`);
    return file;
  }

  /** Runs a program of the prefix to its end. */
  run(program: string, args: readonly string[], input = ""): Result {
    const options = { env: this.#environment, cwd: this.folder, input, timeout: COMMAND_SECONDS * 1000, encoding: "utf8" } as const;
    const { status, signal, stdout, stderr } = spawnSync(program, args, options);
    return { code: codeOf(status, signal), out: stdout + stderr };
  }

  /** Starts an ldmsd on a free port. */
  async start(args: readonly string[], port?: number, environment: NodeJS.ProcessEnv = {}): Promise<Daemon> {
    const own = port ?? (await freePort());
    return this.spawn("ldmsd", ["-x", `sock:${own}`, ...args], own, environment);
  }

  spawn(program: string, args: readonly string[], port = 0, environment: NodeJS.ProcessEnv = {}): Daemon {
    const child = spawn(program, args, {
      env: { ...this.#environment, ...environment },
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    child.stdout.on("data", (text) => (log += text));
    child.stderr.on("data", (text) => (log += text));
    this.#children.add(child);
    const end = new Promise<number>((resolve) => child.on("close", (code, signal) => resolve(codeOf(code, signal))));
    return {
      port,
      log: () => log,
      isRunning: () => child.exitCode === null && child.signalCode === null,
      signal: (name) => void child.kill(name),
      ended: (seconds) =>
        Promise.race([
          end,
          settle(seconds).then(() => {
            throw new Error(`${program} has not ended within ${seconds} s:\n${log}`);
          }),
        ]),
    };
  }

  /** Commands on the standard input of ldmsd_controller. */
  control(daemon: Daemon, ...commands: readonly string[]): string {
    return this.run("ldmsd_controller", ["-x", "sock", "-h", "localhost", "-p", `${daemon.port}`], `${commands.join("\n")}\n`).out;
  }

  list(daemon: Daemon, ...args: readonly string[]): Result {
    return this.run("ldms_ls", ["-x", "sock", "-h", "localhost", "-p", `${daemon.port}`, ...args]);
  }

  /** Waits until it answers. */
  async ready(daemon: Daemon): Promise<Daemon> {
    await waitFor("the daemon answers", 10, () => this.list(daemon).code === 0);
    return daemon;
  }

  /** Ends what runs still, and removes their files. */
  end(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The real ldmsd is often quicker to end than to write its log. */
const TRIES_TO_HEAR = 60;

/**
 * The log of a daemon that ends by itself, with this exit code each time: started again until it has said all of the words, or as often as is enough.
 * What it says is for the caller to check.
 */
export async function lastLog(start: () => Promise<Daemon>, code: number, ...words: readonly string[]): Promise<string> {
  for (let tries = 1; ; tries++) {
    const daemon = await start();
    assert.equal(await daemon.ended(10), code, daemon.log());
    if (words.every((word) => daemon.log().includes(word)) || tries === TRIES_TO_HEAR) return daemon.log();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const settle = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Waits until the check holds; throws when time is up. */
export async function waitFor(what: string, seconds: number, check: () => boolean): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await settle(0.2);
  }
}

function codeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? (signal === null ? 255 : 128 + os.constants.signals[signal]);
}
