import { setTimeout as sleep } from "node:timers/promises";
import spawn, { SubprocessError } from "nano-spawn";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { parseSshFailure, RemoteCommandError } from "./remote-error";

/** An ssh that stays. */
export interface SshProcess {
  /** Resolves when it was closed; rejects with a RemoteCommandError when ssh ends by itself. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const SIGNAL_GRACE_MS = 100;

/** Starts an ssh that runs until it is closed. @param folder what its key and its known hosts are relative to */
export function startSsh(host: string, [file, ...rest]: readonly [string, ...string[]], folder = "."): SshProcess {
  let isClosed = false;
  const subprocess = spawn(file, rest, { cwd: folder, env: withoutPulumiVariables(process.env), stdin: "ignore", stdout: "ignore" });
  const fail = async (stderr: string) => {
    // Ctrl-C on a terminal reaches ssh as well, and its end may be seen before this process's own signal.
    await sleep(SIGNAL_GRACE_MS);
    if (!isClosed) throw new RemoteCommandError(host, parseSshFailure(stderr), stderr, "tunnel");
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
