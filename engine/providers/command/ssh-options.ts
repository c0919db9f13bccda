import type { Connection, Hop } from "./command-inputs";

/** Longest time for one attempt to connect where the program sets none, seconds. */
const MAX_DIAL_SECONDS = 60;

/** Makes a file that ssh can read and gives its path; the caller owns the file. */
export type KeepFile = (content: string) => string;

/**
 * The options that reach a host, as ssh takes them; nobody's own ssh configuration is read, and no key but the given ones is tried.
 *
 * @param keepFile where keys go: never into argv
 */
export function sshOptions(connection: Connection, keepFile: KeepFile): readonly string[] {
  const dialSeconds = connection.perDialTimeoutSeconds > 0 ? connection.perDialTimeoutSeconds : MAX_DIAL_SECONDS;
  const common = [
    "BatchMode=yes",
    `ConnectTimeout=${dialSeconds}`,
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    // What ssh itself has to say must not mix with the command's stderr, which is an output; errors still show.
    "LogLevel=ERROR",
  ];
  const options = [...common, ...hopOptions(connection, keepFile)];
  const proxy = connection.proxy === undefined ? [] : [`ProxyCommand=${proxyCommand(connection.proxy, common, keepFile)}`];

  return ["-F", "none", ...[...options, ...proxy].flatMap((option) => ["-o", option])];
}

function hopOptions(hop: Hop, keepFile: KeepFile): readonly string[] {
  return [
    `User=${hop.user}`,
    `Port=${hop.port}`,
    ...(hop.privateKey === undefined
      ? ["IdentityFile=none"]
      : [`IdentityFile=${keepFile(withNewline(hop.privateKey))}`, "IdentitiesOnly=yes"]),
    ...(hop.agentSocketPath === undefined ? [] : [`IdentityAgent=${hop.agentSocketPath}`]),
    ...hostKeyOptions(hop, keepFile),
  ];
}

/** Without a host key any is taken, as the real provider does; with one, no other. */
function hostKeyOptions(hop: Hop, keepFile: KeepFile): readonly string[] {
  if (hop.hostKey === undefined) return ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null"];

  const [algorithm = "", key = ""] = hop.hostKey.trim().split(/\s+/);
  const knownHosts = keepFile(`* ${algorithm} ${key}\n`);
  return [
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHosts}`,
    "GlobalKnownHostsFile=/dev/null",
    `HostKeyAlgorithms=${algorithm === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : algorithm}`,
    "UpdateHostKeys=no",
  ];
}

/** ssh hands this line to a shell, and takes `%` for its own; the parts are paths, names and numbers. */
function proxyCommand(proxy: Hop, common: readonly string[], keepFile: KeepFile): string {
  const options = [...common, ...hopOptions(proxy, keepFile)].flatMap((option) => ["-o", option]);
  const quoted = ["ssh", "-F", "none", ...options, "-W"].map((part) => `'${part.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`);

  return [...quoted, "[%h]:%p", "--", `'${proxy.host.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`].join(" ");
}

function withNewline(key: string): string {
  return key.endsWith("\n") ? key : `${key}\n`;
}
