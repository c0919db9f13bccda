import { ProviderError } from "../../provider/provider";

/** Where a Docker engine is. `name` is what messages call it: `cygnus-03`, or `localhost` for the socket of this machine. */
export type HostAddress =
  | { readonly kind: "unix"; readonly name: string; readonly socketPath: string }
  | {
      readonly kind: "ssh";
      readonly name: string;
      readonly user: string | undefined;
      readonly port: string | undefined;
      /** For operations; a provider's `host` cannot say it. */
      readonly become?: "sudo" | undefined;
    };

/**
 * Reads a provider's `host`: `unix:///var/run/docker.sock`, `ssh://root@cygnus-03:22`.
 *
 * @throws ProviderError for any other transport
 */
export function parseHostAddress(text: string): HostAddress {
  if (text.startsWith("unix:///")) return { kind: "unix", name: "localhost", socketPath: text.slice("unix://".length) };

  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlainSsh = url?.protocol === "ssh:" && url.hostname !== "" && url.password === "" && ["", "/"].includes(url.pathname);
  if (url === undefined || !isPlainSsh) {
    throw new ProviderError(
      `docker provider: \`host\` is not reachable by the embedded engine: \`${text}\`\nhelp: \`unix:///PATH\` or \`ssh://USER@HOST[:PORT]\``,
    );
  }

  return { kind: "ssh", name: url.hostname, user: url.username || undefined, port: url.port || undefined };
}

// ssh keeps the first value it is given, so a site's own `sshOpts` win. These are the net under them: no host may hang a run.
const SAFETY_OPTIONS = ["BatchMode=yes", "ConnectTimeout=15", "ServerAliveInterval=5", "ServerAliveCountMax=3"];

/** The command whose standard streams are a connection to the remote engine's socket; the same one that the docker CLI runs. */
export function dialArgv(address: HostAddress & { readonly kind: "ssh" }, sshOpts: readonly string[]): readonly string[] {
  return [
    "ssh",
    ...sshOpts,
    ...SAFETY_OPTIONS.flatMap((option) => ["-o", option]),
    ...(address.user === undefined ? [] : ["-l", address.user]),
    ...(address.port === undefined ? [] : ["-p", address.port]),
    "-T",
    "--",
    address.name,
    ...(address.become === undefined ? [] : [address.become, "-n", "-H", "--"]),
    "docker",
    "system",
    "dial-stdio",
  ];
}
