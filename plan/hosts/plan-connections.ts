import type { ClusterConfig } from "../config/config";
import { expandHostlist } from "../hostlist/hostlist";
import type { Jump, PlannedConnection } from "../model/host";

type SshSettings = Omit<ClusterConfig["ssh"], "overrides">;

const DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;

/** How each host of the stack is reached: the common settings, then every override that names it, the last one first. */
export function planConnections(config: ClusterConfig, hosts: readonly string[]): ReadonlyMap<string, PlannedConnection> {
  const { overrides, ...common } = config.ssh;
  const settingsOf = new Map<string, SshSettings>(withAddresses(common, hosts));
  for (const { hosts: hostlist, ...override } of overrides) {
    for (const [host, settings] of withAddresses(override, expandHostlist(hostlist))) {
      settingsOf.set(host, { ...settingsOf.get(host), ...settings });
    }
  }
  return new Map([...settingsOf].map(([host, settings]) => [host, planConnection(host, settings)]));
}

/** Pairs the hosts with `address`, one by one. */
function withAddresses(settings: SshSettings, hosts: readonly string[]): [string, SshSettings][] {
  if (settings.address === undefined) return hosts.map((host) => [host, settings]);
  const addresses = expandHostlist(settings.address);
  return hosts.map((host, index) => [host, { ...settings, address: addresses[index]! }]);
}

function planConnection(host: string, settings: SshSettings): PlannedConnection {
  if (settings.local) return { kind: "local" };
  const user = settings.user ?? "root";
  return {
    kind: "ssh",
    address: settings.address ?? host,
    user,
    port: settings.port ?? 22,
    ...(settings.become !== undefined && { become: settings.become }),
    ...(settings.key !== undefined && { keyFile: settings.key }),
    ...(settings.knownHosts !== undefined && { knownHostsFile: settings.knownHosts }),
    ...(settings.kexAlgorithms !== undefined && { kexAlgorithms: settings.kexAlgorithms }),
    ...(settings.jump !== undefined && { jump: parseJumps([settings.jump].flat(), user) }),
    connectTimeoutSeconds: settings.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT_SECONDS,
  };
}

/** The last one, behind the others. */
function parseJumps(texts: readonly string[], defaultUser: string): Jump {
  const before = texts.slice(0, -1);
  return { ...parseJump(texts.at(-1)!, defaultUser), ...(before.length > 0 && { jump: parseJumps(before, defaultUser) }) };
}

/** `[user@]host[:port]`; an IPv6 address stands in brackets. @throws TypeError for what the schema should have refused */
function parseJump(text: string, defaultUser: string): Jump {
  const match = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::([0-9]+))?$/.exec(text);
  if (!match) throw new TypeError(`not of the form [user@]host[:port]: \`${text}\``);
  const [, user, address = "", port] = match;
  return { address: address.replace(/^\[|\]$/g, ""), user: user ?? defaultUser, port: Number(port ?? 22) };
}
