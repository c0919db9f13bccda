import { SubprocessError } from "nano-spawn";
import { ProcessTimeout, runProcess } from "../../../processes/run-process";
import { ProviderError } from "../../provider/provider";
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

/** How a command came to an end that is not a good one. */
interface BadEnd {
  /** `exit code 3` */
  readonly what: string;
  readonly output: string;
  readonly isOutcomeOpen: boolean;
}

/**
 * Runs a command on this machine, or through a kept ssh connection on another.
 *
 * @throws ProviderError with host, ending and output, never with the input: that is where secrets are
 */
export async function runCommand(spec: CommandSpec, place: LocalPlace | SshMaster): Promise<CommandOutput> {
  const { stdin, timeoutSeconds = COMMAND_TIMEOUT_SECONDS } = spec;
  const isLocal = "interpreter" in place;
  const argv = (isLocal ? [...place.interpreter, spec.command] : await place.argvOf(spec.command)) as readonly [string, ...string[]];
  const limits = { stdin, timeoutSeconds, ...(isLocal && { folder: place.folder }) };
  const { stdout, stderr, output, code } = await runProcess(argv, limits).catch((error: unknown) => {
    const end = badEndOf(error);
    throw end === undefined ? error : failure(spec, end);
  });
  if (code === 0) return { stdout, stderr };
  const loss = !isLocal && code === SSH_ERROR_CODE ? await place.loss() : undefined;
  const what = loss === undefined ? `exit code ${code}` : `the connection was lost (${loss})`;
  throw failure(spec, { what, output, isOutcomeOpen: loss !== undefined });
}

function badEndOf(error: unknown): BadEnd | undefined {
  if (error instanceof ProcessTimeout)
    return { what: `not ended after ${error.seconds / 60} min`, output: error.output, isOutcomeOpen: true };
  if (!(error instanceof SubprocessError)) return undefined;
  const { signalName, output, cause } = error;
  if (signalName !== undefined) return { what: `killed by ${signalName}`, output, isOutcomeOpen: true };
  return { what: `not started (${(cause as Error).message})`, output, isOutcomeOpen: false };
}

function failure({ host, command }: CommandSpec, { what, output, isOutcomeOpen }: BadEnd): ProviderError {
  const tail = output.trimEnd().split("\n").slice(-SHOWN_OUTPUT_LINES).join("\n");

  return new ProviderError([`${host}: ${what}: ${shorten(command)}`, tail].filter(Boolean).join("\n"), host, { isOutcomeOpen });
}

function shorten(command: string): string {
  const [first = "", ...rest] = command.trim().split("\n");
  const isCut = rest.length > 0 || first.length > SHOWN_COMMAND_CHARACTERS;

  return `\`${first.slice(0, SHOWN_COMMAND_CHARACTERS)}${isCut ? " …" : ""}\``;
}
