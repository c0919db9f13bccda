import { foldHosts, foldInOrder } from "../hostlist/hostlist";
import { componentIdsFor } from "../hosts/component-ids-for";
import { groupBy } from "../text/group-by";
import type { ImportedHosts, ImportedWay } from "./imported";

/** Keys of a stack file, without `ldms:`, in its order. */
export type StackKeys = Readonly<Record<string, unknown>>;

/** What a stack begins with; the site goes on from it. */
const PLUGINS = [{ name: "meminfo", interval: "1s" }];

/** The keys that a file of hosts comes to: the hosts, their ways, ids where their names repeat a number, and a group of samplers for each of its groups. */
export function stackKeysOf(found: ImportedHosts): StackKeys {
  const hosts = [...found.hosts];
  const ssh = sshOf(hosts, found);
  const componentIds = componentIdsFor(hosts);
  return {
    hosts: foldInOrder(hosts),
    ...(ssh && { ssh }),
    ...(componentIds !== undefined && { componentIds }),
    samplers: [...partition(found)].map(([name, members]) => ({
      ...(name !== NO_GROUP && { name }),
      hosts: foldInOrder(members),
      plugins: PLUGINS,
    })),
  };
}

/** In place of a name. */
const NO_GROUP = "";

/** Each host in the smallest of its groups: a daemon is configured by one. */
function partition({ hosts, groups, notes }: ImportedHosts): ReadonlyMap<string, readonly string[]> {
  const bySize = [...groups].toSorted(([, a], [, b]) => a.size - b.size);
  const own = [...hosts].map((host) => ({ host, names: bySize.flatMap(([name, members]) => (members.has(host) ? [name] : [])) }));
  const several = own.filter(({ names }) => names.length > 1).map(({ host }) => host);
  if (several.length > 0) notes.add(`in several groups, and here in the smallest: ${foldHosts(several)}`);
  const parts = groupBy(own, ({ names: [name] }) => (name === undefined ? NO_GROUP : asGroupName(name)));
  return new Map([...parts].map(([name, members]) => [name, members.map(({ host }) => host)]));
}

function asGroupName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]/g, "-").replace(/^[^A-Za-z0-9]+/, "g");
}

/** One way for all, or an override for the hosts of each; addresses in the order of their hosts. */
function sshOf(hosts: readonly string[], { ways, notes }: ImportedHosts): StackKeys | undefined {
  const alike = groupBy(hosts, (host) => {
    const { address, user, port } = ways.get(host) ?? {};
    return JSON.stringify([user, port, address !== undefined && address !== host]);
  });
  const entries = [...alike.values()].map((members) => [members, settingsOf(members, ways, notes)] as const);
  const [[members, only] = [[], {}]] = entries;
  if (members.length === hosts.length) return Object.keys(only).length > 0 ? only : undefined;
  const overrides = entries.filter(([, settings]) => Object.keys(settings).length > 0);
  return { overrides: overrides.map(([names, settings]) => ({ hosts: foldInOrder(names), ...settings })) };
}

function settingsOf(hosts: readonly string[], ways: ReadonlyMap<string, ImportedWay>, notes: Set<string>): StackKeys {
  const { user, port } = ways.get(hosts[0]!) ?? {};
  const addresses = hosts.flatMap((host) => ways.get(host)?.address ?? []);
  const differ = addresses.some((address, i) => address !== hosts[i]);
  const isTwice = new Set(addresses).size < addresses.length;
  if (isTwice) notes.add(`an address is there twice, so none is taken of ${foldHosts(hosts)}`);
  return {
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port }),
    ...(differ && !isTwice && { address: foldInOrder(addresses) }),
  };
}
