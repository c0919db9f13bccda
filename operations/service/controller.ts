import { constants } from "node:os";
import spawn, { SubprocessError } from "nano-spawn";
import { readAuthArguments } from "../../plan/auth/read-arguments";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { type DeploymentPlan, findHost } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";
import { withoutPulumiVariables } from "../../plan/text/child-environment";
import { withRemedy } from "../reach/refused-key";
import { parseSshFailure, renderFailure } from "../reach/remote-error";
import { folderOf, localArgv, type RemoteTarget, SSH_FAILED } from "../reach/run-on-host";

export interface ControllerArgs {
  readonly host: string;
  /** Needed where the host has several daemons. */
  readonly container?: string;
  /** Standard input and output are a terminal: the controller gets one, too. */
  readonly isTerminal: boolean;
}

/** What this machine starts, and in which folder. */
export interface LocalCommand {
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  /** Where it works: what ssh says of a host key is said to people with what to type. */
  readonly target: RemoteTarget;
}

/** ldmsd_controller in a daemon's container. @throws BadInputError when the host has no daemon, or several and `container` names none of them */
export function controllerOn(plan: DeploymentPlan, args: ControllerArgs): LocalCommand {
  const { host } = findDaemon(plan, args);
  return {
    argv: controllerArgv(plan, args),
    folder: folderOf(host.connection) ?? ".",
    target: { name: host.name, connection: host.connection },
  };
}

/** @throws BadInputError as `controllerOn` */
export function controllerArgv(plan: DeploymentPlan, args: ControllerArgs): [string, ...string[]] {
  const { host, daemon } = findDaemon(plan, args);
  const terminal = args.isTerminal ? ["--tty"] : [];
  const [file, ...rest] = localArgv(host.connection, {
    argv: ["docker", "exec", "--interactive", ...terminal, daemon.container, ...controllerCommand(host, daemon)],
  });
  return [file, ...(args.isTerminal && host.connection.kind === "ssh" ? ["-t"] : []), ...rest];
}

/** What runs in the daemon's container: it proves itself as the daemon does. */
export function controllerCommand({ interconnectName, containers }: PlannedHost, { container, xprt, port, auth }: PlannedDaemon): string[] {
  // An RDMA device does not answer on the loopback address.
  const address = xprt === "sock" ? "localhost" : interconnectName;
  const words = containers.find(({ name }) => name === container)?.argv ?? [];
  const proof = readAuthArguments(words).flatMap((argument) => ["--auth-arg", argument]);
  return ["ldmsd_controller", "--xprt", xprt, "--host", address, "--port", String(port), "--auth", auth, ...proof];
}

function findDaemon(plan: DeploymentPlan, args: ControllerArgs): { readonly host: PlannedHost; readonly daemon: PlannedDaemon } {
  const where = "ldms controller";
  const daemons = plan.daemons.filter((daemon) => daemon.host === args.host && !daemon.isExternal);
  const host = findHost(plan, args.host);
  if (!host || daemons.length === 0) {
    throw BadInputError.of(where, `no ldmsd of the stack's on this host: \`${args.host}\``, `\`ldms plan -s ${plan.stack}\` lists them`);
  }
  const wanted = args.container === undefined ? daemons : daemons.filter(({ container }) => container === args.container);
  const [daemon, ...others] = wanted;
  if (daemon && others.length === 0) return { host, daemon };
  const help = `name one of them: ${daemons.map(({ container }) => `\`--container ${container}\``).join(", ")}`;
  const problem = daemon
    ? `\`${args.host}\` has ${daemons.length} ldmsd`
    : `\`${args.host}\` has no ldmsd in this container: \`${args.container}\``;
  throw BadInputError.of(where, problem, help);
}

/**
 * Runs a command with this process's own input and output until it ends. A host that dies meanwhile ends its ssh within 15 s.
 *
 * @returns its exit code; 255 where ssh failed, which then has said why; 128 and the signal's number where one ended it
 */
export async function runHere({ argv: [file, ...rest], folder, target }: LocalCommand): Promise<number> {
  const terminal = { stdin: "inherit", stdout: "inherit", stderr: "pipe" } as const;
  try {
    const subprocess = spawn(file, rest, { cwd: folder, env: withoutPulumiVariables(process.env), ...terminal });
    // Of a terminal's session all output is on stdout: here are the words of ssh.
    (await subprocess.nodeChildProcess).stderr?.pipe(process.stderr);
    await subprocess;
    return 0;
  } catch (error) {
    if (!(error instanceof SubprocessError)) throw error;
    if (error.exitCode === SSH_FAILED) tellRefusal(target, error.stderr);
    if (error.exitCode !== undefined) return error.exitCode;
    const signal = constants.signals[error.signalName as keyof typeof constants.signals];
    if (signal === undefined) throw error;
    return 128 + signal;
  }
}

function tellRefusal({ name, connection }: RemoteTarget, stderr: string): void {
  if (connection.kind === "local") return;
  const failure = withRemedy(parseSshFailure(stderr), name, connection);
  if ("remedy" in failure) process.stderr.write(`${name}: ${renderFailure(failure)}\n`);
}
