import { foldHosts } from "../hostlist/hostlist";
import { shortName } from "../hosts/component-id";
import { groupBy } from "../text/group-by";
import { type NameSet, nameGroup } from "./group-names";
import type { SourceDaemon, SourceSite, Unsaid } from "./source-site";

export interface StackListener {
  readonly name?: string;
  readonly port: number;
  readonly xprt: string;
  readonly auth: string;
  readonly interconnect?: string;
}

/** An entry of `samplers` or `aggregators` while it is made. */
export interface StackGroup {
  readonly name: string;
  readonly level: number;
  readonly perHost: number;
  readonly daemons: readonly SourceDaemon[];
  own: { readonly port: number; readonly xprt: string; readonly auth: string };
  listeners: StackListener[];
  /** Its further keys. */
  readonly entry: Record<string, unknown>;
}

export interface GroupingContext {
  readonly levels: ReadonlyMap<string, number>;
  readonly names: NameSet;
  readonly unsaid: Unsaid;
}

/** Samplers that are alike are a group. */
export function planSamplers({ daemons, aggregators }: SourceSite, { levels, names, unsaid }: GroupingContext): StackGroup[] {
  const samplers = daemons.filter(({ name }) => levels.get(name) === 0);
  const isShared = new Set(samplers.map(({ host }) => host)).size < samplers.length;
  const pullersOf = isShared ? listPullers(aggregators) : new Map<string, string>();
  const keyOf = (daemon: SourceDaemon) => [daemon.label, pullersOf.get(daemon.name), likeness(daemon)].join(" ");
  const groups = [...groupBy(samplers, keyOf).values()].map((all) => oneAPlace(all, unsaid));
  const only = groups.length === 1;
  return groups.map((members) => {
    const [{ plugins, settings }] = members as [SourceDaemon];
    const { external, ...ownSettings } = settings;
    const common = nameGroup(members);
    return {
      name: only && external !== true && /^samp-?$/.test(common) ? "samp" : names.take(common),
      level: 0,
      perHost: 1,
      daemons: members,
      ...listenersOf(members[0]!, unsaid),
      entry: { ...(external ? { external } : { plugins }), ...ownSettings },
    };
  });
}

/** Where a host has several samplers, a hostlist does not say which of them is pulled: these are groups of their own, by who pulls them. */
function listPullers(aggregators: SourceSite["aggregators"]): ReadonlyMap<string, string> {
  const pullers = new Map<string, string>();
  for (const [i, { pulls }] of aggregators.entries())
    for (const { daemon } of pulls) pullers.set(daemon, `${pullers.get(daemon) ?? ""} ${i}`);
  return pullers;
}

/** Of two daemons at one port of a host one would not start. */
function oneAPlace(members: readonly SourceDaemon[], unsaid: Unsaid): SourceDaemon[] {
  const places = [...groupBy(members, ({ host }) => host).values()];
  const twice = places.filter((all) => all.length > 1).map(([first]) => first!.host);
  if (twice.length > 0)
    unsaid.say(members[0]!.label, `several daemons have one port of \`${foldHosts(twice)}\`: here there is one`, "a port each");
  return places.map(([first]) => first!);
}

/** What daemons of a group have in common. @param withPorts false where their ports are counted up */
export function likeness(daemon: SourceDaemon, withPorts = true): string {
  const { plugins, settings } = daemon;
  const listeners = daemon.listeners.map((one) => [withPorts ? one.port : 0, one.xprt, one.auth, templateOf(daemon.host, one.host) ?? ""]);
  return JSON.stringify([plugins, settings, listeners]);
}

export function listenersOf(daemon: SourceDaemon, unsaid: Unsaid): Pick<StackGroup, "own" | "listeners"> {
  const [first, ...others] = daemon.listeners;
  const own = templateOf(daemon.host, first!.host);
  for (const { host } of others)
    if (host !== daemon.host && templateOf(daemon.host, host) === undefined)
      unsaid.say(
        daemon.label,
        `\`${daemon.host}\` is dialled as \`${host}\`, which does not follow from its name`,
        "a name in `/etc/hosts`, and `interconnect`",
      );
  return {
    own: { port: first!.port, xprt: first!.xprt, auth: first!.auth },
    listeners: others.map(({ host, port, xprt, auth }) => {
      const interconnect = templateOf(daemon.host, host);
      return { port, xprt, auth, ...(interconnect !== undefined && interconnect !== own && { interconnect }) };
    }),
  };
}

/** `{host}-ib0` where a host is dialled so; undefined where it is dialled by its own name, or by one that does not follow from it. */
export function templateOf(host: string, dialled: string): string | undefined {
  if (dialled === host) return undefined;
  const short = shortName(host);
  const domain = host.slice(short.length + 1);
  if (domain === "" && dialled.includes(host)) return dialled.replace(host, "{host}");
  if (domain !== "" && dialled.startsWith(short) && dialled.endsWith(`.${domain}`))
    return `{short}${dialled.slice(short.length, -domain.length)}{domain}`;
  return undefined;
}
