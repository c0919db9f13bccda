import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asRoot, longestConnectSeconds, sshDestination, sshOpts } from "../../plan/hosts/ssh";
import type { PlannedConnection, SshConnection } from "../../plan/model/host";
import { shellLine } from "../../plan/text/shell";
import { type ProcessResult, ProcessTimeout, runProcess } from "../../processes/run-process";
import { mapBounded } from "./bounded";
import { ENDED_DURING_LOGIN, parseSshFailure, RemoteCommandError, type SshFailure } from "./remote-error";

/** A host by the name people know it, and the way to it. A `PlannedHost` is one. */
export interface RemoteTarget {
  readonly name: string;
  readonly connection: PlannedConnection;
}

/** Either words for one program, or POSIX sh. A script travels on stdin, so that neither `ps` nor the login shell sees it. */
export type RemoteCommand = { readonly argv: readonly [string, ...string[]]; readonly stdin?: string } | { readonly script: string };

export interface RunLimits {
  /** For the whole step, connecting included; more than 0. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
  /** Socket of a kept connection: the first step makes it, later ones use it. */
  readonly controlPath?: string;
  /** Words for error texts: `munge check`. Default: the program's name. */
  readonly step?: string;
}

/** ssh's exit code for its own failures. @see ssh(1), EXIT STATUS */
const SSH_FAILED = 255;
const STDERR_KEPT = 4096;
const CLOSE_TIMEOUT_SECONDS = 5;

/**
 * Runs one command on one host to its end.
 * @throws RemoteCommandError where the host is unreachable, time is up, or the exit code is not 0
 */
export async function runOnHost(target: RemoteTarget, command: RemoteCommand, limits: RunLimits): Promise<ProcessResult> {
  const step = limits.step ?? ("argv" in command ? command.argv.slice(0, 3).join(" ") : undefined);
  const result = await runWithin(target, command, limits, step);
  if (result.code === 0) return result;
  if (target.connection.kind === "ssh" && result.code === SSH_FAILED) {
    const failure = await explainSsh(target.connection, result.stderr, limits);
    throw new RemoteCommandError(target.name, failure, tail(result.stderr), step);
  }
  throw new RemoteCommandError(target.name, { kind: "exit", code: result.code }, tail(result.stderr), step);
}

/**
 * The ssh that will keep a connection throws away what its ProxyCommand says (ssh_proxy_connect and ControlPersist), so that a login node's failure looks
 * like the host's: it is asked once more for nothing, by one that keeps none.
 */
async function explainSsh(connection: SshConnection, stderr: string, { controlPath, signal }: RunLimits): Promise<SshFailure> {
  const failure = parseSshFailure(stderr);
  const { jump } = connection;
  if (!jump || controlPath === undefined || failure.reason !== ENDED_DURING_LOGIN) return failure;
  const limits = { timeoutSeconds: 2 * longestConnectSeconds(connection), folder: connection.folder, ...(signal && { signal }) };
  const said = await runProcess(localArgv(connection, { argv: ["true"] }), limits).catch(() => ({ stderr: "" }));
  if (said.stderr === "") return failure;
  const found = parseSshFailure(said.stderr);
  return found.kind === "unreachable" ? { ...found, reason: `by the login node ${jump.address}: ${found.reason}` } : found;
}

async function runWithin(target: RemoteTarget, command: RemoteCommand, limits: RunLimits, step?: string): Promise<ProcessResult> {
  try {
    const stdin = "argv" in command ? command.stdin : command.script;
    return await runProcess(localArgv(target.connection, command, limits.controlPath), {
      ...limits,
      folder: folderOf(target.connection),
      ...(stdin !== undefined && { stdin }),
    });
  } catch (error) {
    if (!(error instanceof ProcessTimeout)) throw error;
    throw new RemoteCommandError(target.name, { kind: "timeout", seconds: error.seconds }, tail(error.stderr), step);
  }
}

/** What this machine starts: the words themselves on itself, `ssh … -- words` for another. */
export function localArgv(connection: PlannedConnection, command: RemoteCommand, controlPath?: string): [string, ...string[]] {
  const words: readonly [string, ...string[]] = "argv" in command ? command.argv : ["sh", "-s"];
  switch (connection.kind) {
    case "local":
      return [...words];
    case "ssh":
      return [
        "ssh",
        ...sshOpts(connection, controlPath === undefined ? {} : { controlPath }),
        sshDestination(connection),
        asRoot(connection, shellLine(words)),
      ];
    default:
      return connection satisfies never;
  }
}

/** Where this machine starts it, for its key and its known hosts. */
export function folderOf(connection: PlannedConnection): string | undefined {
  return connection.kind === "ssh" ? connection.folder : undefined;
}

function tail(text: string): string {
  return text.length > STDERR_KEPT ? text.slice(-STDERR_KEPT) : text;
}

export type RunOn = (target: RemoteTarget, command: RemoteCommand, limits: Omit<RunLimits, "controlPath">) => Promise<ProcessResult>;

/** The limits of one step on one host: the time that it may take comes on top of connecting. */
export function stepLimits({ connection }: RemoteTarget, step: string, seconds: number, signal?: AbortSignal): RunLimits {
  const connectSeconds = connection.kind === "ssh" ? longestConnectSeconds(connection) : 0;
  return { timeoutSeconds: connectSeconds + seconds, step, ...(signal && { signal }) };
}

interface KeptConnection {
  readonly controlPath: string;
  readonly connection: SshConnection;
}

/**
 * Gives `use` a way to run steps that keeps one ssh connection a host until `use` ends: every step after a host's first costs no key exchange.
 * The sockets lie in a private folder below the system's temporary one.
 */
export async function withHosts<T>(use: (run: RunOn) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "ldms-"));
  const kept = new Map<string, KeptConnection>();
  const run: RunOn = (target, command, limits) => {
    const { name, connection } = target;
    if (connection.kind === "local") return runOnHost(target, command, limits);
    // Numbers, for a socket's path has room for about 90 characters.
    const { controlPath } = kept.get(name) ?? { controlPath: join(folder, String(kept.size)) };
    kept.set(name, { controlPath, connection });
    return runOnHost(target, command, { ...limits, controlPath });
  };
  try {
    return await use(run);
  } finally {
    await mapBounded([...kept.values()], close);
    await rm(folder, { recursive: true, force: true });
  }
}

/** A connection that does not end now ends by ControlPersist; that is no failure of the run. */
async function close({ controlPath, connection }: KeptConnection): Promise<void> {
  if (!existsSync(controlPath)) return;
  const argv = ["ssh", "-o", `ControlPath=${controlPath}`, "-O", "exit", sshDestination(connection)] as const;
  await runProcess(argv, { timeoutSeconds: CLOSE_TIMEOUT_SECONDS }).catch(() => undefined);
}
