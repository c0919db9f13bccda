import { foldHosts, foldInOrder } from "../hostlist/hostlist";
import { mergeAlike, type Part, splitEntry } from "./aggregator-parts";
import { nameGroup } from "./group-names";
import { type GroupingContext, listenersOf, type StackGroup } from "./sampler-groups";
import type { SourceDaemon, SourceSite, SourceStore } from "./source-site";

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
