import { setTimeout as sleep } from "node:timers/promises";
import spawn, { SubprocessError } from "nano-spawn";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { withRemedy } from "./refused-key";
import { parseSshFailure, RemoteCommandError } from "./remote-error";
import type { SshTarget } from "./run-on-host";

/** An ssh that stays. */
export interface SshProcess {
  /** Resolves when it was closed; rejects with a RemoteCommandError when ssh ends by itself. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const SIGNAL_GRACE_MS = 100;

/** Starts an ssh that runs until it is closed. @param target as the stack has it */
export function startSsh({ name, connection }: SshTarget, [file, ...rest]: readonly [string, ...string[]]): SshProcess {
  let isClosed = false;
  const subprocess = spawn(file, rest, {
    cwd: connection.folder ?? ".",
    env: withoutPulumiVariables(process.env),
    stdin: "ignore",
    stdout: "ignore",
  });
  const fail = async (stderr: string) => {
    // Ctrl-C on a terminal reaches ssh as well, and its end may be seen before this process's own signal.
    await sleep(SIGNAL_GRACE_MS);
    if (!isClosed) throw new RemoteCommandError(name, withRemedy(parseSshFailure(stderr), name, connection), stderr, "tunnel");
  };
  const ended = subprocess.then(
    // Without a session, ssh takes even a signal for a good end.
    ({ stderr }) => fail(stderr),
    (error: unknown) => {
      if (!(error instanceof SubprocessError)) throw error;
      return fail(error.stderr);
    },
  );
  // Whoever waits for it sees the rejection; that nobody does must not end the process.
  ended.catch(() => undefined);
  const close = async () => {
    isClosed = true;
    (await subprocess.nodeChildProcess).kill("SIGTERM");
    await ended.catch(() => undefined);
  };
  return { ended, close };
}
