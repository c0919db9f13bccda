import { followProcess } from "../../processes/follow-process";
import { withRemedy } from "../reach/refused-key";
import { parseSshFailure, renderFailure } from "../reach/remote-error";
import { folderOf, localArgv, SSH_FAILED } from "../reach/run-on-host";
import { type LogArgs, renderLogsLine } from "./gather-script";
import type { Target } from "./pick-targets";

/** Each is an ssh of its own on this machine, and a screen does not hold more either. */
export const MOST_FOLLOWED = 32;

export interface FollowArgs extends LogArgs {
  readonly onLine: (target: LogTarget, line: string) => Promise<void> | void;
  /** One whose log has ended, and why; the others go on. */
  readonly onEnd: (target: LogTarget, reason: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export type LogTarget = Target & { readonly container: string };

/** Hands on each line of the containers' logs as it comes, until the signal comes or all have ended. */
export async function followLogs(targets: readonly LogTarget[], args: FollowArgs): Promise<void> {
  await Promise.all(targets.map((target) => followOne(target, args)));
}

async function followOne(target: LogTarget, { onLine, onEnd, signal, ...logs }: FollowArgs): Promise<void> {
  const { connection } = target.host;
  const line = `PATH=$PATH:/usr/local/bin; exec ${renderLogsLine(target.container, logs, ["--follow"])} 2>&1`;
  const limits = { folder: folderOf(connection), signal, onLine: (text: string) => onLine(target, text) };
  const { code, stderr } = await followProcess(localArgv(connection, { argv: ["sh", "-c", line] }), limits);
  if (signal?.aborted) return;
  const isSsh = connection.kind === "ssh" && code === SSH_FAILED;
  const failure = isSsh && withRemedy(parseSshFailure(stderr), target.host.name, connection);
  if (failure) return onEnd(target, "remedy" in failure ? renderFailure(failure) : failure.reason);
  onEnd(target, code === 0 ? "its container has stopped" : `docker logs ended with ${code}`);
}
