import { existsSync } from "node:fs";
import { describeSshFailure, RemoteCommandError } from "../operations/reach/remote-error";
import { ProcessTimeout, runProcess } from "../processes/run-process";
import { docker, dockerLines } from "./docker-cli";
import { LAB_FILES, LAB_HOSTS, LAB_LABEL, labHost, REGISTRY_CONTAINER } from "./names";

export * from "./names";

export interface RunOnHostArgs {
  /** Data for the script; the place for anything secret, since the script itself is seen by `ps`. */
  readonly stdin?: string;
  /** @default 30 */
  readonly timeoutSeconds?: number;
}

/**
 * Runs a POSIX shell script as root on a host, over ssh, and returns what it printed, without the last line end.
 * @throws RemoteCommandError when it ends with another code than 0, not in time, or the host is not reached
 */
export async function runOnHost(name: string, script: string, { stdin, timeoutSeconds = 30 }: RunOnHostArgs = {}): Promise<string> {
  const host = labHost(name);
  // Not over a kept connection: the process that keeps it would hold our output open for as long as a frozen host is silent.
  const argv = ["ssh", "-F", LAB_FILES.sshConfig, "-o", "ControlPath=none", host.name, script] as const;
  try {
    const { code, stdout, stderr } = await runProcess(argv, { timeoutSeconds, ...(stdin === undefined ? {} : { stdin }) });
    if (code === 0) return stdout;
    // ssh's own failures end with 255, as a script seldom does.
    if (code === 255) throw new RemoteCommandError(host.name, { kind: "unreachable", reason: describeSshFailure(stderr) }, stderr);
    throw new RemoteCommandError(host.name, { kind: "exit", code }, stderr);
  } catch (error) {
    if (!(error instanceof ProcessTimeout)) throw error;
    throw new RemoteCommandError(host.name, { kind: "timeout", seconds: timeoutSeconds }, error.stderr);
  }
}

/** Ends the ssh connection kept for people's commands; that of a host that went away would swallow the next one. */
export async function dropConnection(name: string): Promise<void> {
  // It fails where no connection is kept, which is what is wanted.
  await runProcess(["ssh", "-F", LAB_FILES.sshConfig, "-O", "exit", name], { timeoutSeconds: 5 });
}

/** A frozen host: it still accepts TCP connections, nothing answers. */
export async function pauseHost(name: string): Promise<void> {
  await docker(["pause", labHost(name).container]);
}

export async function resumeHost(name: string): Promise<void> {
  await docker(["unpause", labHost(name).container]);
}

/** A dead host: nothing listens on its address. Its files and containers stay, and `startHost` brings them back. */
export async function stopHost(name: string): Promise<void> {
  await docker(["stop", "--time", "2", labHost(name).container]);
  await dropConnection(name);
}

/** Boots a stopped host; returns as soon as it runs, before its services answer: `waitForHost` waits for these. */
export async function startHost(name: string): Promise<void> {
  await docker(["start", labHost(name).container]);
}

/** True when the registry and all eight hosts run, none of them paused, and their keys are here. Asks this machine's engine, not the hosts. */
export async function isLabUp(): Promise<boolean> {
  if (!existsSync(LAB_FILES.knownHosts)) return false;
  const running = new Set(
    await dockerLines(["ps", "--filter", `label=${LAB_LABEL}`, "--filter", "status=running", "--format", "{{.Names}}"]),
  );
  return [REGISTRY_CONTAINER, ...LAB_HOSTS.map(({ container }) => container)].every((name) => running.has(name));
}
