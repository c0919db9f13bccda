import { MOST_PORT } from "../config/scalars";
import { foldHosts } from "../hostlist/hostlist";
import type { StackGroup } from "./sampler-groups";
import type { Unsaid } from "./source-site";

/** Daemons of one host at one port, which on several of its addresses would be possible: the later group gets ports of its own. */
export function moveListeners(groups: readonly StackGroup[], unsaid: Unsaid): void {
  const taken = new Map<string, Set<number>>();
  let highest = Math.max(0, ...groups.flatMap((group) => [group.own, ...group.listeners].map(({ port }) => port + group.perHost - 1)));
  for (const group of groups) {
    const hosts = [...new Set(group.daemons.map(({ host }) => host))];
    const isTaken = (port: number) => hosts.some((host) => rangeOf(port, group).some((one) => taken.get(host)?.has(one)));
    const move = (port: number) => {
      if (!isTaken(port)) return port;
      const free = highest + 1;
      highest += group.perHost;
      if (highest > MOST_PORT) return port;
      unsaid.say(
        group.name,
        `port ${port} of \`${foldHosts(hosts)}\` is another daemon's already: here \`${group.name}\` is at ${free}`,
        "tell whoever dials it there; or set `port` and `listeners`",
      );
      return free;
    };
    group.own = { ...group.own, port: move(group.own.port) };
    group.listeners = group.listeners.map((one) => ({ ...one, port: move(one.port) }));
    for (const host of hosts) {
      const ports = taken.get(host) ?? new Set<number>();
      for (const { port } of [group.own, ...group.listeners]) for (const one of rangeOf(port, group)) ports.add(one);
      taken.set(host, ports);
    }
  }
}

function rangeOf(port: number, { perHost }: StackGroup): number[] {
  return Array.from({ length: perHost }, (_, slot) => port + slot);
}
