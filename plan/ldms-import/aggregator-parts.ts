import { spread } from "../daemons/spread";
import { compareNames } from "../text/compare-names";
import { groupBy } from "../text/group-by";
import { likeness, type StackGroup } from "./sampler-groups";
import type { SourceAggregator, SourceDaemon, Unsaid } from "./source-site";

/** A future entry of `aggregators`: daemons that are alike, and what they pull together. */
export interface Part {
  readonly members: readonly SourceDaemon[];
  readonly perHost: number;
  readonly pulls: SourceAggregator["pulls"];
  readonly source: SourceAggregator;
}

/** One part where its daemons are alike, or are alike but for ports that are counted up on each host; else several, each with its share. */
export function splitEntry(source: SourceAggregator, daemonOf: ReadonlyMap<string, SourceDaemon>, unsaid: Unsaid): Part[] {
  const daemons = source.daemons.flatMap((name) => daemonOf.get(name) ?? []);
  const counted = countedUp(daemons);
  if (counted) {
    const hasFolder = source.stores.some((store) => store["path"] !== undefined);
    if (counted.perHost === 1 || !hasFolder) return [{ ...counted, pulls: source.pulls, source }];
    const first = counted.members.slice(0, counted.members.length / counted.perHost);
    unsaid.say(
      source.place,
      "several daemons of a host keep rows in one folder: here there is one a host",
      "stores on the next level, and `perHost`",
    );
    return [{ members: first, perHost: 1, pulls: source.pulls, source }];
  }
  const parts = [...groupBy(daemons, (daemon) => likeness(daemon)).values()];
  const each = Math.ceil(source.pulls.length / daemons.length);
  unsaid.say(
    source.place,
    `its ${daemons.length} daemons are not alike: here they are ${parts.length} groups, each with its share`,
    "nothing",
  );
  let next = 0;
  return parts.map((members) => {
    const pulls = source.pulls.slice(next, next + each * members.length);
    next += each * members.length;
    return { members, perHost: 1, pulls, source };
  });
}

/** The first ones of all hosts, then the second ones, where their ports go up by one. */
function countedUp(daemons: readonly SourceDaemon[]): Pick<Part, "members" | "perHost"> | undefined {
  if (new Set(daemons.map((daemon) => likeness(daemon, false))).size > 1) return undefined;
  const hosts = [...groupBy(daemons, ({ host }) => host).values()];
  const perHost = hosts[0]!.length;
  const first = hosts[0]![0]!.listeners[0]!.port;
  const isCounted = hosts.every(
    (all) =>
      all.length === perHost &&
      all.every((one, slot) => one.listeners.every(({ port }, i) => port === hosts[0]![0]!.listeners[i]!.port + slot)),
  );
  if (!isCounted || first === undefined) return undefined;
  return { perHost, members: Array.from({ length: perHost }, (_, slot) => hosts.map((all) => all[slot]!)).flat() };
}

/** Aggregators of several files, of which each pulls what the plan would have it pull if they were one group. */
export function mergeAlike(parts: readonly Part[], below: readonly StackGroup[]): Part[] {
  const keyOf = ({ members, source: { place: _place, daemons: _daemons, pulls: _pulls, ...rest } }: Part) =>
    JSON.stringify([likeness(members[0]!), rest]);
  return [...groupBy(parts, keyOf).values()].flatMap((alike) => {
    const sorted = alike.toSorted((a, b) => compareNames(a.members[0]!.name, b.members[0]!.name));
    return isOneGroup(sorted, below)
      ? [{ ...sorted[0]!, members: sorted.flatMap(({ members }) => members), pulls: sorted.flatMap(({ pulls }) => pulls) }]
      : alike;
  });
}

function isOneGroup(parts: readonly Part[], below: readonly StackGroup[]): boolean {
  if (parts.length < 2 || parts.some(({ members, perHost }) => members.length > 1 || perHost > 1)) return false;
  if (new Set(parts.map(({ members }) => members[0]!.host)).size < parts.length) return false;
  const ownerOf = new Map(parts.flatMap(({ pulls }, i) => pulls.map(({ daemon }) => [daemon, i] as const)));
  const pulled = below.flatMap((group) => group.daemons).filter(({ name }) => ownerOf.has(name));
  const owners = spread(pulled.length, parts.length);
  return pulled.every(({ name }, i) => ownerOf.get(name) === owners[i]);
}
