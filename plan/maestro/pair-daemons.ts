/** A daemon's name, and the host and port by which it is dialled. */
export interface PairedDaemon {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Pairs names, hosts and ports as maestro does: a shorter list of hosts is stretched, one of ports repeated; names beyond them all have no host. */
export function pairDaemons(names: readonly string[], hosts: readonly string[], ports: readonly string[]): PairedDaemon[] {
  if (hosts.length === 0 || ports.length === 0) return [];
  const perHost = Math.max(1, Math.floor(names.length / hosts.length));
  return names
    .slice(0, perHost * hosts.length)
    .map((name, i) => ({ name, host: hosts[Math.floor(i / perHost)]!, port: Number(ports[i % ports.length]) }));
}
