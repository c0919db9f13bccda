import { spread } from "../daemons/spread";
import { foldHosts, foldInOrder } from "../hostlist/hostlist";
import { groupBy } from "../text/group-by";
import { nameGroup } from "./group-names";
import { type GroupingContext, likeness, listenersOf, type StackGroup } from "./sampler-groups";
import type { SourceAggregator, SourceDaemon, SourceSite, SourceStore, Unsaid } from "./source-site";

/** A future entry of `aggregators`: daemons that are alike, and what they pull together. */
interface Part {
  readonly members: readonly SourceDaemon[];
  readonly perHost: number;
  readonly pulls: SourceAggregator["pulls"];
  readonly source: SourceAggregator;
}

/** Aggregators that are alike and pull together are a group; each level knows the groups of the one below it. */
export function planAggregators(site: SourceSite, samplers: readonly StackGroup[], context: GroupingContext): StackGroup[] {
  const { levels } = context;
  const daemonOf = new Map(site.daemons.map((daemon) => [daemon.name, daemon]));
  const entries = site.aggregators.filter(({ daemons }) => daemons.some((name) => daemonOf.has(name)));
  const made: StackGroup[] = [];
  const storeNames = new Set<string>();
  const highest = Math.max(0, ...levels.values());
  for (let level = 1; level <= highest; level++) {
    const below = [...samplers, ...made].filter((group) => group.level === level - 1);
    const parts = entries
      .filter(({ daemons }) => levels.get(daemons[0]!) === level)
      .flatMap((entry) => splitEntry(entry, daemonOf, context.unsaid))
      .map((part) => ({ ...part, pulls: ofLevelBelow(part, level, context) }));
    for (const part of mergeAlike(parts, below)) {
      const group = groupOf(part, { level, below, storeNames, ...context });
      if (group) made.push(group);
    }
  }
  return made;
}

function ofLevelBelow({ pulls, source }: Part, level: number, { levels, unsaid }: GroupingContext): Part["pulls"] {
  const others = pulls.filter(({ daemon }) => levels.get(daemon) !== level - 1).map(({ daemon }) => daemon);
  if (others.length > 0)
    unsaid.say(
      source.place,
      `pulls \`${foldHosts(others)}\` beside what is one level below it: these are left out`,
      "another aggregator for them, or have them pulled one level lower",
    );
  return pulls.filter(({ daemon }) => levels.get(daemon) === level - 1);
}

/** One part where its daemons are alike, or are alike but for ports that are counted up on each host; else several, each with its share. */
function splitEntry(source: SourceAggregator, daemonOf: ReadonlyMap<string, SourceDaemon>, unsaid: Unsaid): Part[] {
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
function mergeAlike(parts: readonly Part[], below: readonly StackGroup[]): Part[] {
  const keyOf = ({ members, source: { place: _place, daemons: _daemons, pulls: _pulls, ...rest } }: Part) =>
    JSON.stringify([likeness(members[0]!), rest]);
  return [...groupBy(parts, keyOf).values()].flatMap((alike) => {
    const sorted = alike.toSorted((a, b) => compareNames(a.members[0]!.name, b.members[0]!.name));
    return isOneGroup(sorted, below)
      ? [{ ...sorted[0]!, members: sorted.flatMap(({ members }) => members), pulls: sorted.flatMap(({ pulls }) => pulls) }]
      : alike;
  });
}

export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function isOneGroup(parts: readonly Part[], below: readonly StackGroup[]): boolean {
  if (parts.length < 2 || parts.some(({ members, perHost }) => members.length > 1 || perHost > 1)) return false;
  if (new Set(parts.map(({ members }) => members[0]!.host)).size < parts.length) return false;
  const ownerOf = new Map(parts.flatMap(({ pulls }, i) => pulls.map(({ daemon }) => [daemon, i] as const)));
  const pulled = below.flatMap((group) => group.daemons).filter(({ name }) => ownerOf.has(name));
  const owners = spread(pulled.length, parts.length);
  return pulled.every(({ name }, i) => ownerOf.get(name) === owners[i]);
}

interface PartContext extends GroupingContext {
  readonly level: number;
  readonly below: readonly StackGroup[];
  readonly storeNames: Set<string>;
}

function groupOf(part: Part, context: PartContext): StackGroup | undefined {
  const { members, perHost, source } = part;
  const { level, names, unsaid } = context;
  if (part.pulls.length === 0) {
    unsaid.say(source.place, "pulls no daemon that the files name: it is left out", "give the files of what it pulls, too");
    return undefined;
  }
  const pulled = pulledNames(part, context);
  const via = viaOf(part, context);
  const { plugins, settings } = members[0]!;
  const { reconnect, updaters, subscribe, stores, type } = source;
  if (type !== undefined && !members.every(({ settings: { discovery } }) => discovery))
    unsaid.say(
      source.place,
      "`type: passive` waits for daemons that dial in: here it dials them",
      "`discovery: advertise` for what it pulls",
    );
  const [updater] = updaters;
  return {
    name: names.take(nameGroup(members)),
    level,
    perHost,
    daemons: members,
    ...listenersOf(members[0]!, unsaid),
    entry: {
      ...(perHost > 1 && { perHost }),
      ...(pulled && { [level === 1 ? "samplers" : "aggregators"]: pulled }),
      ...(via !== undefined && { via }),
      ...(updaters.length > 1 ? { updaters } : updater),
      ...(reconnect !== undefined && { reconnect }),
      ...(plugins.length > 0 && { plugins }),
      ...(stores.length > 0 && { stores: stores.map((store) => nameStore(store, context)) }),
      ...(subscribe.length > 0 && { subscribe }),
      ...settings,
    },
  };
}

/** Undefined for all of the level below. */
function pulledNames({ pulls, source }: Part, { below, unsaid }: PartContext): string[] | undefined {
  const pulled = new Set(pulls.map(({ daemon }) => daemon));
  const isPulled = ({ name }: SourceDaemon) => pulled.has(name);
  if (below.every((group) => group.daemons.every(isPulled))) return undefined;
  return below.flatMap((group): string[] => {
    const own = group.daemons.filter(isPulled);
    if (own.length === 0) return [];
    if (own.length === group.daemons.length) return [group.name];
    const hosts = new Set(own.map(({ host }) => host));
    const strange = below.flatMap((one) => one.daemons.filter((daemon) => hosts.has(daemon.host) && !isPulled(daemon)));
    if (strange.length > 0)
      unsaid.say(
        source.place,
        `of several daemons of a host it pulls some: here \`${foldHosts(strange.map(({ name }) => name))}\`, too`,
        "groups of their own",
      );
    return [foldInOrder([...hosts])];
  });
}

/** At another listener than each daemon's own, where it dials all of them at one. */
function viaOf({ pulls, source }: Part, { below, unsaid }: PartContext): string | undefined {
  const indexOf = new Map(pulls.map(({ daemon, listener }) => [daemon, listener]));
  const dialled = below.filter((group) => group.daemons.some(({ name }) => indexOf.has(name)) && group.entry["discovery"] === undefined);
  const indexes = dialled.map((group) => new Set(group.daemons.flatMap(({ name }) => indexOf.get(name) ?? [])));
  if (indexes.every((own) => own.size === 1 && own.has(0))) return undefined;
  const listeners = dialled.map((group, i) => (indexes[i]!.size === 1 ? group.listeners[[...indexes[i]!][0]! - 1] : undefined));
  const port = listeners[0]?.port;
  if (port === undefined || listeners.some((one) => one?.port !== port)) {
    unsaid.say(
      source.place,
      "dials some daemons at one port and some at another: here each at its own `port`",
      "`listeners` of one name, and `via`",
    );
    return undefined;
  }
  const name = `port-${port}`;
  for (const group of dialled) group.listeners = group.listeners.map((one) => (one.port === port ? { name, ...one } : one));
  return name;
}

/** A stack has a store of a name once. */
function nameStore(store: SourceStore, { storeNames }: PartContext): SourceStore {
  let { name } = store;
  for (let i = 2; storeNames.has(name); i++) name = `${store.name}-${i}`;
  storeNames.add(name);
  return { ...store, name };
}
