import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { compileCacheVariables } from "../../stack/compile-cache";

const BOOTSTRAP = join(__dirname, "child-bootstrap.cjs");
const BEGIN = join(__dirname, "child-begin.cjs");
const KILL_GRACE_MS = 5_000;

export interface NodeChildArgs {
  /** Module to run. */
  readonly module: string;
  /** Modules that are loaded before it, while the child waits. @default none */
  readonly loads?: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface NodeChildBegin {
  readonly argv: readonly string[];
  /** Set inside of the child, seen in no process list. */
  readonly secretEnv: Readonly<Record<string, string>>;
  /** Path of the socket that a gRPC server of the child listens on, in place of a port; absent: it may have none. */
  readonly socket?: string;
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** A child that loads what it needs and waits for what it is to do. It keeps no process alive, and ends with this one. */
export interface WaitingChild {
  begin(args: NodeChildBegin): NodeChild;
}

export interface NodeChild {
  /** The exit code; -1 for a child that a signal ended or that could not be started. Everything it wrote has been seen by then. */
  readonly exited: Promise<number>;
  /** SIGTERM, and SIGKILL where that is not enough within 5 s. Fulfilled when the child is gone. */
  stop(): Promise<void>;
}

/** Starts `node` on a module of the SDK. The child ends with this process, however that ends. */
export function startNodeChild({ module, loads = [], folder, env }: NodeChildArgs): WaitingChild {
  const required = [BOOTSTRAP, ...loads, BEGIN].flatMap((path) => ["--require", path]);
  const child = spawn(process.execPath, [...required, module], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe", "pipe"] });
  child.stdin?.on("error", () => undefined);
  const config = child.stdio[3] as Writable;
  config.on("error", () => undefined);
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(-1));
    child.once("exit", (code) => resolve(code ?? -1));
  });
  const handles = [child, ...(child.stdio as readonly (Socket | null)[])];
  for (const handle of handles) handle?.unref();

  const begin = ({ argv, secretEnv, socket, onLine }: NodeChildBegin): NodeChild => {
    for (const handle of handles) handle?.ref();
    config.end(JSON.stringify({ env: secretEnv, argv, socket }));
    const streamsEnded = Promise.all([
      readLines(child.stdout, (line) => onLine("stdout", line)),
      readLines(child.stderr, (line) => onLine("stderr", line)),
    ]);
    const exited = ended.then(async (code) => {
      // A grandchild that keeps the pipe open must not keep the engine waiting.
      await Promise.race([streamsEnded, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
      return code;
    });
    return { exited, stop: () => stopChild(child, exited) };
  };
  return { begin };
}

async function stopChild(child: ChildProcess, exited: Promise<number>): Promise<void> {
  child.stdin?.destroy();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_GRACE_MS);
  await exited;
  clearTimeout(timer);
}

function readLines(stream: Readable | null, onLine: (line: string) => void): Promise<void> {
  if (stream === null) return Promise.resolve();
  return new Promise((resolve) => {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine).once("close", resolve);
  });
}

/** This process's environment without what could point a child at another engine, stack or passphrase, or at code that others wrote. */
export function childEnvironment(): Readonly<Record<string, string>> {
  const { NODE_OPTIONS: _, ...kept } = withoutPulumiVariables(process.env);
  const own = { ...kept, ...compileCacheVariables(process.env) };
  return Object.fromEntries(Object.entries(own).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}
