import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { BadInputError } from "../../plan/problems/errors";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { runProcess } from "../../processes/run-process";
import { makeSocketFolder } from "../../processes/socket-folder";

const START_MS = 5000;
const POLL_MS = 10;
const ADD_SECONDS = 10;

/** Ends with our end of the pipe, so that not even SIGKILL of this process leaves an agent with a key in it. */
const WATCH = 'cat >/dev/null; kill "$SSH_AGENT_PID"; rm -f "$1"; rmdir "$(dirname "$1")"';

let isStarted = false;

/**
 * Holds a private key in an ssh-agent of this process's own for as long as it lives, and has everything that it starts use that agent. The key is in
 * memory only: in no file, argument or environment.
 *
 * @throws Error where there is no ssh-agent, or the key is none or has a passphrase
 */
export async function holdSshKey(key: string): Promise<void> {
  if (isStarted) return;
  isStarted = true;
  const socket = makeSocketFolder().socket("agent");
  const child = spawn("ssh-agent", ["-a", socket, "sh", "-c", WATCH, "sh", socket], {
    env: withoutPulumiVariables(process.env),
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  child.unref();
  (child.stdin as typeof child.stdin & { unref(): void }).unref();
  for (const deadline = Date.now() + START_MS; !existsSync(socket); await sleep(POLL_MS)) {
    if (failure || Date.now() > deadline) throw new Error(`ssh-agent: does not start: ${failure?.message ?? "no socket"}`);
  }
  process.env["SSH_AUTH_SOCK"] = socket;
  const { code } = await runProcess(["ssh-add", "-q", "-"], { stdin: key.endsWith("\n") ? key : `${key}\n`, timeoutSeconds: ADD_SECONDS });
  if (code !== 0)
    throw BadInputError.of("sshKey", "is no private key without a passphrase", "ldms config set -s STACK --secret sshKey --file KEY");
}
