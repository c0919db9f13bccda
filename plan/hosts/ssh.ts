import type { Jump, PlannedConnection, PlannedHost, SshConnection } from "../model/host";
import { shellLine } from "../text/shell";

const DEFAULT_PORT = 22;
/** Three unanswered probes end a connection: after 15 s nothing hangs on a host that has died. */
const ALIVE = ["ServerAliveInterval=5", "ServerAliveCountMax=3"];
/** Longer than the pause between two steps of a run. */
const STEP_SECONDS = 60;
/** Longer than the pause between two verbs of somebody at work. */
const KEPT_SECONDS = 600;

/** A socket's path has room for 107 characters, and ssh makes the socket with 17 more behind it. */
export const SOCKET_CHARACTERS = 90;

/** How a connection is shared by several ssh, through a socket at `path`. */
export interface Sharing {
  readonly path: string;
  /** `step`: kept for the next step of a run; `open`: for the next verb; `pass`: through what is kept, or not at all. */
  readonly how: "step" | "open" | "pass";
}

/** Options of the `ssh` binary without the destination: the stack file is the only source, so nobody's own ssh config is read. */
export function sshOpts(connection: PlannedConnection, sharing?: Sharing): string[] {
  if (connection.kind === "local") return [];
  const { jump, ...direct } = connection;
  return [
    ...commonOpts(connection, longestConnectSeconds(connection)),
    ...(sharing ? sharingOpts(sharing) : []),
    ...(jump ? asOption(`ProxyCommand=${proxyCommand({ ...direct, ...jump })}`) : []),
  ];
}

function sharingOpts({ path, how }: Sharing): string[] {
  if (how === "pass") return passingOpts(path);
  return how === "open" ? openingOpts(path) : steppingOpts(path);
}

/** For the ssh that makes a connection which the next verb finds. */
export function openingOpts(path: string): string[] {
  return masterOpts(path, KEPT_SECONDS);
}

/** For one that makes a connection which a later step of the same run finds. */
export function steppingOpts(path: string): string[] {
  return masterOpts(path, STEP_SECONDS);
}

/** For one that goes through a connection that is there. Where it is dead, ssh would dial by itself, for as long again. */
export function passingOpts(path: string): string[] {
  return ["ProxyCommand=false", `ControlPath=${path}`].flatMap(asOption);
}

/** The path is the end of the last word. */
function masterOpts(path: string, seconds: number): string[] {
  return ["ControlMaster=auto", `ControlPersist=${seconds}`, `ControlPath=${path}`].flatMap(asOption);
}

/** Seconds that connecting may take: longer by each login node, whose own time-out has to end first, or its failure would look like the host's. */
export function longestConnectSeconds({ jump, connectTimeoutSeconds }: Pick<SshConnection, "jump" | "connectTimeoutSeconds">): number {
  return (1 + listJumps(jump).length) * connectTimeoutSeconds;
}

/** The login nodes on the way, the first one first. */
export function listJumps(jump: Jump | undefined): readonly Jump[] {
  return jump ? [...listJumps(jump.jump), jump] : [];
}

function commonOpts({ keyFile, knownHostsFile, kexAlgorithms }: SshConnection, connectSeconds: number): string[] {
  const settings = [
    "BatchMode=yes",
    `ConnectTimeout=${connectSeconds}`,
    ...ALIVE,
    `StrictHostKeyChecking=${knownHostsFile ? "yes" : "accept-new"}`,
    ...(knownHostsFile ? [`UserKnownHostsFile=${quoteBlanks(knownHostsFile)}`, "GlobalKnownHostsFile=/dev/null"] : []),
    ...(kexAlgorithms ? [`KexAlgorithms=${kexAlgorithms}`] : []),
  ];
  return ["-F", "none", ...settings.flatMap(asOption), ...(keyFile ? ["-i", keyFile, ...asOption("IdentitiesOnly=yes")] : [])];
}

/** Not `-J`: the ssh that it starts for the login node gets none of these options, and would hang or ask where they forbid it. */
function proxyCommand({ jump, ...node }: SshConnection): string {
  const before = jump ? asOption(`ProxyCommand=${proxyCommand({ ...node, ...jump })}`) : [];
  const seconds = longestConnectSeconds({ ...node, ...(jump && { jump }) });
  // What the ssh of the host writes for `%` is meant in the one word alone, not in those of the nodes before.
  const doubled = (words: readonly string[]) => words.map((word) => word.replaceAll("%", "%%"));
  return shellLine(["ssh", ...doubled([...commonOpts(node, seconds), ...before]), "-W", "[%h]:%p", ...doubled([sshDestination(node)])]);
}

/** The one of these options that takes several files, divided by blanks. */
function quoteBlanks(file: string): string {
  return file.includes(" ") ? `"${file}"` : file;
}

function asOption(setting: string): [string, string] {
  return ["-o", setting];
}

/** `root@198.18.0.11`, with another port than 22 `ssh://root@198.18.0.11:2222`. */
export function sshDestination({ user, address, port }: Pick<SshConnection, "user" | "address" | "port">): string {
  return port === DEFAULT_PORT ? `${user}@${address}` : `ssh://${user}@${bracketed(address)}:${port}`;
}

/** A simple command as root runs it on the host. `-n`: it fails where a password is asked for. `-H`: the home is root's own. */
export function asRoot(connection: PlannedConnection, command: string): string {
  return connection.kind === "ssh" && connection.become ? `${connection.become} -n -H -- ${command}` : command;
}

/** The same of any lines of POSIX sh. */
export function scriptAsRoot(connection: PlannedConnection, script: string): string {
  return connection.kind === "ssh" && connection.become ? asRoot(connection, shellLine(["sh", "-c", script])) : script;
}

/** Where a docker client dials: `ssh://root@198.18.0.11:22`, or the local engine's socket. */
export function dockerHostUrl(connection: PlannedConnection): string {
  return connection.kind === "local"
    ? "unix:///var/run/docker.sock"
    : `ssh://${connection.user}@${bracketed(connection.address)}:${connection.port}`;
}

/** An IPv6 address in the brackets that a port behind it needs. */
export function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Whether plain `ssh HOST` as the same user would do: nothing is set that an ssh config has to say. */
export function needsSshConfig({ name, connection }: PlannedHost): boolean {
  if (connection.kind === "local") return false;
  const { address, port, keyFile, knownHostsFile, kexAlgorithms, jump } = connection;
  return address !== name || port !== DEFAULT_PORT || Boolean(keyFile || knownHostsFile || kexAlgorithms || jump);
}

/** An ssh config for people: `ssh -F FILE cygnus-01` dials as the deployment does. */
export function renderSshConfig(hosts: readonly PlannedHost[]): string {
  return hosts.flatMap(({ name, connection }) => (connection.kind === "ssh" ? [renderHost(name, connection)] : [])).join("\n");
}

function renderHost(name: string, connection: SshConnection): string {
  const { address, user, port, keyFile, knownHostsFile, kexAlgorithms, jump } = connection;
  const settings = [
    `HostName ${address}`,
    `User ${user}`,
    `Port ${port}`,
    `ConnectTimeout ${longestConnectSeconds(connection)}`,
    ...ALIVE.map((setting) => setting.replace("=", " ")),
    ...(keyFile ? [`IdentityFile "${keyFile}"`, "IdentitiesOnly yes"] : []),
    ...(knownHostsFile ? [`UserKnownHostsFile "${knownHostsFile}"`, "StrictHostKeyChecking yes"] : ["StrictHostKeyChecking accept-new"]),
    ...(kexAlgorithms ? [`KexAlgorithms ${kexAlgorithms}`] : []),
    ...(jump ? [`ProxyJump ${listJumps(jump).map(sshDestination).join(",")}`] : []),
  ];
  return [`Host ${name}`, ...settings.map((setting) => `  ${setting}`), ""].join("\n");
}
