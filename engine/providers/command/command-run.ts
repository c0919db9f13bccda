import { ProviderError } from "../../provider/provider";
import { type ProcessEnding, type ProcessResult, runProcess } from "./run-process";
import type { SshMaster } from "./ssh-master";

/** Longest time for one command where the program sets none by `customTimeouts`. A run must end. */
const COMMAND_TIMEOUT_SECONDS = 600;

/** What ssh ends with when it fails itself; a command may, too. */
const SSH_ERROR_CODE = 255;

const SHOWN_COMMAND_CHARACTERS = 80;
const SHOWN_OUTPUT_LINES = 30;

export interface CommandSpec {
  readonly host: string;
  readonly command: string;
  readonly stdin: string | undefined;
  /** Goes to a local command as it is, to a remote one as far as its sshd accepts it. */
  readonly env: Readonly<Record<string, string>>;
  /** Absent: 10 min. */
  readonly timeoutSeconds?: number | undefined;
}

export interface LocalPlace {
  readonly folder: string;
  readonly interpreter: readonly string[];
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command on this machine, or through a kept ssh connection on another.
 *
 * @throws ProviderError with host, ending and output, never with the input: that is where secrets are
 */
export async function runCommand(spec: CommandSpec, place: LocalPlace | SshMaster): Promise<CommandOutput> {
  const { stdin, env, timeoutSeconds = COMMAND_TIMEOUT_SECONDS } = spec;
  const isLocal = "interpreter" in place;
  const argv = isLocal ? [...place.interpreter, spec.command] : await place.argvOf(spec.command, Object.keys(env));
  const result = await runProcess({ argv, stdin, env, folder: isLocal ? place.folder : undefined, timeoutMs: timeoutSeconds * 1000 });
  const { ending } = result;
  if (ending.kind === "exit" && ending.code === 0) return trimmed(result);

  const loss = !isLocal && ending.kind === "exit" && ending.code === SSH_ERROR_CODE ? await place.loss() : undefined;
  throw failure(spec, result, loss);
}

function trimmed(result: ProcessResult): CommandOutput {
  // One newline, as the real provider and every shell substitution have it.
  return { stdout: result.stdout.replace(/\n$/, ""), stderr: result.stderr.replace(/\n$/, "") };
}

function failure(spec: CommandSpec, { ending, output }: ProcessResult, loss: string | undefined): ProviderError {
  const tail = output.trimEnd().split("\n").slice(-SHOWN_OUTPUT_LINES).join("\n");
  const what = loss === undefined ? renderEnding(ending, spec) : `the connection was lost (${loss})`;
  const isOutcomeOpen = loss !== undefined || ending.kind === "timeout" || ending.kind === "signal";

  return new ProviderError([`${spec.host}: ${what}: ${shorten(spec.command)}`, tail].filter(Boolean).join("\n"), spec.host, {
    isOutcomeOpen,
  });
}

function renderEnding(ending: ProcessEnding, { timeoutSeconds = COMMAND_TIMEOUT_SECONDS }: CommandSpec): string {
  switch (ending.kind) {
    case "exit":
      return `exit code ${ending.code}`;
    case "signal":
      return `killed by ${ending.signal}`;
    case "timeout":
      return `not ended after ${timeoutSeconds / 60} min`;
    case "not-started":
      return `not started (${ending.reason})`;
    default:
      return ending satisfies never;
  }
}

function shorten(command: string): string {
  const [first = "", ...rest] = command.trim().split("\n");
  const isCut = rest.length > 0 || first.length > SHOWN_COMMAND_CHARACTERS;

  return `\`${first.slice(0, SHOWN_COMMAND_CHARACTERS)}${isCut ? " …" : ""}\``;
}
