import { asRoot, longestConnectSeconds, type Sharing, sshDestination, sshOpts } from "../../plan/hosts/ssh";
import type { PlannedConnection, SshConnection } from "../../plan/model/host";
import { shellLine } from "../../plan/text/shell";
import { type ProcessResult, ProcessSilence, ProcessTimeout, runProcess } from "../../processes/run-process";
import type { ManyAnswers, ManyScripts } from "./many-hosts";
import { withRemedy } from "./refused-key";
import { ENDED_DURING_LOGIN, parseSshFailure, RemoteCommandError, type SshFailure } from "./remote-error";

/** A host by the name people know it, and the way to it. A `PlannedHost` is one. */
export interface RemoteTarget {
  readonly name: string;
  readonly connection: PlannedConnection;
}

export type SshTarget = RemoteTarget & { readonly connection: SshConnection };

/** Either words for one program, or POSIX sh. A script travels on stdin, so that neither `ps` nor the login shell sees it. */
export type RemoteCommand = { readonly argv: readonly [string, ...string[]]; readonly stdin?: string } | { readonly script: string };

export interface RunLimits {
  /** Where a step on this machine runs. @default the folder of the process */
  readonly folder?: string | undefined;
  /** For the whole step, connecting included; more than 0. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
  /** The connection that is shared with other steps. */
  readonly sharing?: Sharing;
  /** For the first word on stdout. */
  readonly firstWordSeconds?: number;
  /** A text that is that word; absent: any byte. */
  readonly firstWord?: string;
  /** Words for error texts: `munge check`. Default: the program's name. */
  readonly step?: string;
}

/** ssh's exit code for its own failures. @see ssh(1), EXIT STATUS */
export const SSH_FAILED = 255;
const STDERR_KEPT = 4096;
/** What a host says first that is asked through a kept connection. */
const BEGUN = "begun";
const BEGUN_LINE = new RegExp(`^${BEGUN}(?:\n|$)`, "m");

/**
 * Runs one command on one host to its end.
 * @throws RemoteCommandError where the host is unreachable, time is up, or the exit code is not 0
 */
export async function runOnHost(target: RemoteTarget, command: RemoteCommand, limits: RunLimits): Promise<ProcessResult> {
  const step = stepOf(command, limits);
  return assertDone(target, await runWithin(target, command, limits, step), limits, step);
}

/**
 * The same through a connection that an earlier run has kept.
 * @returns `dead` where the connection ends before the host has begun, `silent` where it has not begun after `firstWordSeconds`
 */
export async function runThrough(
  path: string,
  target: SshTarget,
  command: RemoteCommand,
  limits: RunLimits & { readonly firstWordSeconds: number },
): Promise<ProcessResult | "dead" | "silent"> {
  const step = stepOf(command, limits);
  try {
    const result = await runWithin(target, command, { ...limits, sharing: { path, how: "pass" } }, step);
    if (result.code === SSH_FAILED && !BEGUN_LINE.test(result.stdout)) return "dead";
    return await assertDone(target, { ...result, stdout: result.stdout.replace(BEGUN_LINE, "") }, limits, step);
  } catch (error) {
    if (error instanceof ProcessSilence) return "silent";
    throw error;
  }
}

function stepOf(command: RemoteCommand, { step }: RunLimits): string | undefined {
  return step ?? ("argv" in command ? command.argv.slice(0, 3).join(" ") : undefined);
}

async function assertDone(target: RemoteTarget, result: ProcessResult, limits: RunLimits, step?: string): Promise<ProcessResult> {
  if (result.code === 0) return result;
  if (target.connection.kind === "ssh" && result.code === SSH_FAILED) {
    const failure = await explainSsh(target.connection, result.stderr, limits);
    throw new RemoteCommandError(target.name, withRemedy(failure, target.name, target.connection), tail(result.stderr), step);
  }
  throw new RemoteCommandError(target.name, { kind: "exit", code: result.code }, tail(result.stderr), step);
}

/**
 * The ssh that will keep a connection throws away what its ProxyCommand says (ssh_proxy_connect and ControlPersist), so that a login node's failure looks
 * like the host's: it is asked once more for nothing, by one that keeps none.
 */
async function explainSsh(connection: SshConnection, stderr: string, { sharing, signal }: RunLimits): Promise<SshFailure> {
  const failure = parseSshFailure(stderr);
  const { jump } = connection;
  if (!jump || sharing === undefined || failure.reason !== ENDED_DURING_LOGIN) return failure;
  const limits = { timeoutSeconds: 2 * longestConnectSeconds(connection), folder: connection.folder, ...(signal && { signal }) };
  const said = await runProcess(localArgv(connection, { argv: ["true"] }), limits).catch(() => ({ stderr: "" }));
  if (said.stderr === "") return failure;
  const found = parseSshFailure(said.stderr);
  return found.kind === "unreachable" ? { ...found, reason: `by the login node ${jump.address}: ${found.reason}` } : found;
}

async function runWithin(target: RemoteTarget, command: RemoteCommand, limits: RunLimits, step?: string): Promise<ProcessResult> {
  try {
    const stdin = "argv" in command ? command.stdin : command.script;
    return await runProcess(localArgv(target.connection, command, limits.sharing), {
      ...limits,
      folder: folderOf(target.connection) ?? limits.folder,
      ...(stdin !== undefined && { stdin }),
    });
  } catch (error) {
    if (!(error instanceof ProcessTimeout)) throw error;
    throw new RemoteCommandError(target.name, { kind: "timeout", seconds: error.seconds }, tail(error.stderr), step);
  }
}

/** What this machine starts: the words themselves on itself, `ssh … -- words` for another. */
export function localArgv(connection: PlannedConnection, command: RemoteCommand, sharing?: Sharing): [string, ...string[]] {
  const words: readonly [string, ...string[]] = "argv" in command ? command.argv : ["sh", "-s"];
  switch (connection.kind) {
    case "local":
      return [...words];
    case "ssh":
      return [
        "ssh",
        ...sshOpts(connection, sharing),
        sshDestination(connection),
        `${sharing?.how === "pass" ? `echo ${BEGUN}; ` : ""}${asRoot(connection, shellLine(words))}`,
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

export interface RunOn {
  (
    target: RemoteTarget,
    command: RemoteCommand,
    limits: Omit<RunLimits, "sharing" | "firstWordSeconds" | "firstWord">,
  ): Promise<ProcessResult>;
  /** Has the heads of a stack ask their hosts; absent: there are none but this machine. */
  readonly many?: (asked: ManyScripts) => Promise<ManyAnswers>;
}

/** The limits of one step on one host: the time that it may take comes on top of connecting. */
export function stepLimits({ connection }: RemoteTarget, step: string, seconds: number, signal?: AbortSignal): RunLimits {
  const connectSeconds = connection.kind === "ssh" ? longestConnectSeconds(connection) : 0;
  return { timeoutSeconds: connectSeconds + seconds, step, ...(signal && { signal }) };
}
