import type { StackLook } from "../../operations/overview/look-at-stack";
import { summarize } from "../../operations/overview/summarize";
import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import type { GroupRow, HostChanges, HostLetter, LookFacts } from "../api";
import { type Layout, placeOf, UNPLANNED } from "./stack-layout";

type FoundContainer = StackLook["containers"][number];

/** What is known of every host, in the order of the layout. */
export interface HostStates {
  readonly letters: readonly HostLetter[];
  readonly reasons: readonly string[];
  /** Seconds since 1970; 0: never. */
  readonly seen: readonly number[];
}

export interface FoldedLook {
  readonly hosts: HostStates;
  readonly groups: readonly GroupRow[];
  readonly facts: LookFacts;
  readonly changes: HostChanges;
}

/** The worst first: a host is as its worst container. */
const WORST_FIRST: readonly HostLetter[] = ["x", "d", "u", "o"];
/** A page shows no more, and says how many there are. */
const MOST_CAUSES = 50;

export function unknownHosts({ hosts }: Layout): HostStates {
  return { letters: hosts.map(() => "u"), reasons: hosts.map(() => ""), seen: hosts.map(() => 0) };
}

export function letterOf({ isPlanned, state, health }: Pick<FoundContainer, "isPlanned" | "state" | "health">): HostLetter {
  if (state === "unknown") return "u";
  if (!isPlanned) return "d";
  if (state === "restarting") return "d";
  if (state !== "running") return "x";
  return health === "none" || health === "healthy" ? "o" : "d";
}

/** A look as the page has it, and what it changes of the one before. */
export function foldLook(layout: Layout, before: HostStates, look: StackLook): FoldedLook {
  const at = Math.floor(Date.parse(look.lookedAt) / 1000);
  const containers = groupBy(look.containers, ({ host }) => host);
  const failures = new Map(look.failures.map((failure) => [failure.host, failure]));
  const letters: HostLetter[] = [];
  const reasons: string[] = [];
  const unseen: number[] = [];
  layout.hosts.forEach((host, i) => {
    const failure = failures.get(host);
    const own = containers.get(host) ?? [];
    const told = own.filter(({ state }) => state !== "unknown");
    letters.push(failure ? (failure.kind === "not-asked" ? "u" : "x") : worstOf(own.map(letterOf)));
    reasons.push(failure ? failure.message : own.flatMap(tellTrouble).join("; "));
    if (failure || told.length === 0) unseen.push(i);
  });
  const index = layout.hosts.flatMap((_, i) => (letters[i] === before.letters[i] && reasons[i] === before.reasons[i] ? [] : [i]));
  const summary = summarize(look, 0);
  const missed = new Set(unseen);
  return {
    hosts: { letters, reasons, seen: layout.hosts.map((_, i) => (missed.has(i) ? before.seen[i]! : at)) },
    groups: countGroups(layout, look.containers),
    facts: {
      lookedAt: at,
      tookSeconds: look.tookSeconds,
      askedHosts: look.askedHosts,
      wellHosts: summary.wellHosts,
      causes: summary.causes
        .slice(0, MOST_CAUSES)
        .map(({ text, hosts, isNote }) => ({ text, hosts: foldHosts(hosts), count: hosts.length, isNote })),
    },
    changes: { seen: at, unseen, index, letters: index.map((i) => letters[i]).join(""), reasons: index.map((i) => reasons[i]!) },
  };
}

function worstOf(letters: readonly HostLetter[]): HostLetter {
  return WORST_FIRST.find((letter) => letters.includes(letter)) ?? "u";
}

function tellTrouble(one: FoundContainer): string[] {
  const { container, state, health, isPlanned } = one;
  if (letterOf(one) === "o" || state === "unknown") return [];
  const word = state === "running" && health !== "none" ? health : state;
  return [isPlanned ? `${container} is ${word}` : `${container} is ${word}, and not in the plan`];
}

/** The groups before anybody looked. */
export function uncountedGroups(layout: Layout): readonly GroupRow[] {
  return layout.groups.map((group) => ({ ...group, counts: { o: 0, d: 0, x: 0, u: group.daemons } }));
}

function countGroups(layout: Layout, containers: readonly FoundContainer[]): readonly GroupRow[] {
  const counts = layout.groups.map(() => ({ o: 0, d: 0, x: 0, u: 0 }));
  const strangers: FoundContainer[] = [];
  for (const one of containers) {
    const groups = one.isPlanned ? layout.groupsOf.get(placeOf(one.host, one.container)) : undefined;
    for (const group of groups ?? []) counts[group]![letterOf(one)] += 1;
    if (!one.isPlanned) strangers.push(one);
  }
  const rows = layout.groups.map((group, i): GroupRow => {
    const { o, d, x, u } = counts[i]!;
    // Of daemons that the site starts itself nobody tells.
    return { ...group, counts: { o, d, x, u: u + Math.max(0, group.daemons - o - d - x - u) } };
  });
  if (strangers.length === 0) return rows;
  const hosts = foldHosts(strangers.map(({ host }) => host));
  const counted = { o: 0, d: strangers.length, x: 0, u: 0 };
  const names = [...new Set(strangers.map(({ container }) => container))].sort();
  return [
    ...rows,
    { id: UNPLANNED, kind: UNPLANNED, name: UNPLANNED, column: -1, hosts, daemons: strangers.length, facts: names, counts: counted },
  ];
}
