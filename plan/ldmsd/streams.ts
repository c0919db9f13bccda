import type { AggregatorConfig } from "../config/config";
import { listAbove } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import type { PlannedSubscription } from "../model/daemon";
import { findPlugin } from "../plugins/plugins";
import { groupBy } from "../text/group-by";
import { renderLine } from "./conf-line";

type Subscription = NonNullable<AggregatorConfig["subscribe"]>[number];

/** What ldmsd has switched off until it is told: its streams, and the messages that took their place. */
type Service = "streams" | "messages";
/** Producers that are asked, where nobody says which. */
const EVERY = ".*";
const SERVICES: readonly Service[] = ["streams", "messages"];

/**
 * What an aggregator asks of its producers: what its entry says, what its stores wait for, and what the aggregators above it ask of it. Each hands on
 * what it has asked for, and nothing else. Those above name their own producers, which are others: what they ask for is asked of all.
 */
export function subscriptionsOf(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly Subscription[] {
  if (!group.aggregator) return [];
  const above = listAbove(group, groups).flatMap(ownSubscriptions);
  const asked = [...ownSubscriptions(group), ...above.map((one) => ({ ...one, regex: EVERY }))];
  // A producer that two of them name sends what it has once, as tried on ldmsd 4.5.3.
  return firstOf(asked, ({ stream, message, regex }) => `${stream} ${message} ${regex}`);
}

/** The first of those of each key. */
function firstOf(subscriptions: readonly Subscription[], keyOf: (one: Subscription) => string): Subscription[] {
  return [...groupBy(subscriptions, keyOf).values()].map(([first]) => first!);
}

function ownSubscriptions({ aggregator }: DaemonGroup): readonly Subscription[] {
  const { subscribe = [], stores = [] } = aggregator ?? {};
  return [...subscribe, ...stores.flatMap(({ stream }) => (stream === undefined ? [] : [{ stream, regex: EVERY }]))];
}

/** The same as operations ask for it: each stream and each tag once, whoever of the producers is asked. */
export function planSubscriptions(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly PlannedSubscription[] {
  const named = firstOf(subscriptionsOf(group, groups), ({ stream, message }) => `${stream} ${message}`);
  return named.map(({ stream, message = "" }) =>
    stream === undefined ? { service: "message", name: message } : { service: "stream", name: stream },
  );
}

/** The services that a group's daemons take part in: for a plugin of theirs, for what they ask for or are asked for, or because the entry says so. */
function servicesOf(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly Service[] {
  const used = new Set<Service | undefined>(group.plugins.map(({ name }) => findPlugin(name)?.listensTo));
  const asked = [group, ...listAbove(group, groups)].flatMap(ownSubscriptions);
  for (const { stream } of asked) used.add(stream === undefined ? "messages" : "streams");
  return SERVICES.filter((service) => used.has(service) || group[service] === true);
}

const ENABLE: Readonly<Record<Service, string>> = { streams: "stream_enable", messages: "msg_enable" };

/** Before all else: a plugin that finds the service off ends its daemon, or waits for ever. */
export function renderServiceLines(group: DaemonGroup, groups: readonly DaemonGroup[]): string[] {
  return servicesOf(group, groups).map((service) => ENABLE[service]);
}

/** Behind the producers that they ask. */
export function renderSubscriptions(group: DaemonGroup, groups: readonly DaemonGroup[]): string[] {
  return subscriptionsOf(group, groups).map(({ regex, stream, message }) =>
    renderLine("prdcr_subscribe", { regex, stream, message_tag: message }),
  );
}
