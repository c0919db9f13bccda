import { expandHostlist } from "../hostlist/hostlist";
import type { ConfigProblem } from "../problems/errors";
import { onceFor } from "../text/once-for";
import type { DaemonGroup } from "./daemon-group";

/** Daemons of a group, by their places in its lists; in their order. */
export interface GroupPart {
  readonly group: DaemonGroup;
  readonly indexes: readonly number[];
}

/** What the aggregators of a group pull together: all of the level below, or what the entry names of it; in the order of the stack file. */
export function listBelow({ path }: DaemonGroup, groups: readonly DaemonGroup[]): readonly GroupPart[] {
  return partsBelow(groups).get(path)!;
}

/** By path: each file of a hundred aggregators asks for it, of ten thousand hosts. */
const partsBelow = onceFor(
  (groups: readonly DaemonGroup[]): ReadonlyMap<string, readonly GroupPart[]> =>
    new Map(groups.map((group) => [group.path, findBelow(group, groups)])),
);

function findBelow(group: DaemonGroup, groups: readonly DaemonGroup[]): GroupPart[] {
  const names = pulledNames(group);
  const known = new Set(names);
  const hosts = new Set(names?.flatMap((name) => (isGroup(name, group, groups) ? [] : expandHostlist(name))));
  return levelBelow(group, groups).flatMap((one) => {
    const isWhole = names === undefined || known.has(one.name);
    if (!isWhole && hosts.size === 0) return [];
    const indexes = one.hosts.flatMap((host, index) => (isWhole || hosts.has(host) ? [index] : []));
    return indexes.length ? [{ group: one, indexes }] : [];
  });
}

/** The groups whose sets arrive at a group: those that it pulls, those that these pull, and so on. */
export function listBeneath(group: DaemonGroup, groups: readonly DaemonGroup[]): GroupPart[] {
  const below = listBelow(group, groups);
  return [...below, ...below.flatMap((part) => listBeneath(part.group, groups))];
}

/** The groups that pull this one. Of several daemons a host a group is copied, each copy with ports of its own, so that groups are compared by path. */
export function listPulling({ path }: DaemonGroup, groups: readonly DaemonGroup[]): DaemonGroup[] {
  return groups.filter((one) => listBelow(one, groups).some((part) => part.group.path === path));
}

/** The groups at which its sets arrive: those that pull it, those that pull these, and so on. */
export function listAbove({ path }: DaemonGroup, groups: readonly DaemonGroup[]): DaemonGroup[] {
  return groups.filter((one) => listBeneath(one, groups).some((part) => part.group.path === path));
}

function levelBelow({ level }: DaemonGroup, groups: readonly DaemonGroup[]): DaemonGroup[] {
  return groups.filter((one) => one.level === level - 1);
}

function pulledNames({ level, aggregator }: DaemonGroup): readonly string[] | undefined {
  return level === 1 ? aggregator?.samplers : aggregator?.aggregators;
}

function isGroup(name: string, group: DaemonGroup, groups: readonly DaemonGroup[]): boolean {
  return levelBelow(group, groups).some((one) => one.name === name);
}

/** Whether some group is pulled in parts. */
export function pullsParts(group: DaemonGroup, groups: readonly DaemonGroup[]): boolean {
  return listBelow(group, groups).some((part) => part.indexes.length < part.group.hosts.length);
}

/** Names of what is pulled that name nothing. */
export function checkPulled(groups: readonly DaemonGroup[]): ConfigProblem[] {
  return groups.flatMap((group) => {
    const below = levelBelow(group, groups);
    const hosts = new Set(below.flatMap((one) => one.hosts));
    const key = group.level === 1 ? "samplers" : "aggregators";
    return (pulledNames(group) ?? []).flatMap((name, i) => {
      if (isGroup(name, group, groups) || expandHostlist(name).every((host) => hosts.has(host))) return [];
      const role = group.level === 1 ? "samplers" : `aggregators of level ${group.level - 1}`;
      return [
        {
          path: `${group.path}.${key}[${i}]`,
          message: `is neither a group of ${role} nor a hostlist of their hosts: \`${name}\``,
          help: `groups are ${[...new Set(below.map((one) => `\`${one.name}\``))].join(", ")}; or a hostlist of their hosts`,
        },
      ];
    });
  });
}
