import type { DriftReport } from "../../operations/drift/drift";
import type { StackLook } from "../../operations/overview/look-at-stack";
import type { DriftView, EdgeRow, GroupRow, HostView, LookFacts, LookKind, PortalChange, Snapshot, StoresView } from "../api";
import { foldDrift, lineOf } from "./fold-data";
import { foldLook, type HostStates, letterOf, uncountedGroups, unknownHosts } from "./fold-status";
import { type Layout, placeOf } from "./stack-layout";

type State = Pick<Snapshot, "groups" | "edges" | "notes" | "services" | "hosts" | "look" | "data" | "drift">;

export const NOTHING_KNOWN: State = {
  ...{ groups: [], edges: [], notes: [], services: [] },
  hosts: { names: [], groups: [], letters: "", reasons: [], texts: [], seen: [] },
};

/** What is known of a stack by one form of its file: each look changes it, and is told as a change. */
export class KnownStack {
  private hosts: HostStates;
  private groups: readonly GroupRow[];
  private edges: readonly EdgeRow[];
  private facts: LookFacts | undefined;
  private look: StackLook | undefined;
  private data: StoresView | undefined;
  private drift: DriftView | undefined;
  private driftReport: DriftReport | undefined;

  /** @param before what was known by the form before: what hosts said then holds until they are asked again */
  constructor(
    readonly layout: Layout,
    before?: KnownStack,
  ) {
    this.hosts = before ? before.statesFor(layout) : unknownHosts(layout);
    this.groups = uncountedGroups(layout);
    this.edges = layout.edges;
    this.data = before?.data;
    if (before?.look) this.takeLook(before.look);
  }

  takeLook(look: StackLook): PortalChange {
    const { hosts, groups, facts, changes } = foldLook(this.layout, this.hosts, look);
    Object.assign(this, { hosts, groups, facts, look });
    return { type: "status", look: facts, groups, hosts: changes };
  }

  takeData(data: StoresView, edges = this.edges): PortalChange {
    Object.assign(this, { data, edges });
    return { type: "data", data, edges };
  }

  takeDrift(report: DriftReport, lookedAt: number, tookSeconds: number): PortalChange {
    this.driftReport = report;
    this.drift = foldDrift(report, lookedAt, tookSeconds);
    return { type: "drift", drift: this.drift };
  }

  /** What was known stays, with why there is nothing newer. */
  takeFault(kind: LookKind, fault: string, lookedAt: number): PortalChange {
    const none = { lookedAt, tookSeconds: 0 };
    switch (kind) {
      case "status": {
        this.facts = { ...none, askedHosts: 0, wellHosts: 0, causes: [], ...this.facts, fault };
        const hosts = { seen: this.facts.lookedAt, unseen: this.layout.hosts.map((_, i) => i), index: [], letters: "", reasons: [] };
        return { type: "status", look: this.facts, groups: this.groups, hosts };
      }
      case "data":
        return this.takeData({ ...none, stores: [], unread: [], handedOver: [], causes: [], ...this.data, fault });
      case "drift":
        this.drift = { ...none, answered: 0, asPlanned: 0, differences: [], unknown: [], ...this.drift, fault };
        return { type: "drift", drift: this.drift };
      default:
        return kind satisfies never;
    }
  }

  get state(): State {
    const { layout, hosts, groups, edges, facts, data, drift } = this;
    const texts = [...new Set(hosts.reasons)].filter((text) => text !== "");
    const numbers = new Map(texts.map((text, i) => [text, i]));
    const columns = {
      names: layout.hosts,
      groups: layout.firstGroups,
      letters: hosts.letters.join(""),
      reasons: hosts.reasons.map((reason) => numbers.get(reason) ?? -1),
      texts,
      seen: hosts.seen,
    };
    const { notes, services } = layout;
    return {
      groups,
      edges,
      notes,
      services,
      hosts: columns,
      ...(facts && { look: facts }),
      ...(data && { data }),
      ...(drift && { drift }),
    };
  }

  /** Undefined for a host that the stack has not. */
  host(name: string): HostView | undefined {
    const { layout, hosts, look, driftReport } = this;
    const index = layout.indexOf.get(name);
    if (index === undefined) return undefined;
    const fault = look?.failures.find(({ host }) => host === name)?.message;
    const groups = new Set(layout.plan.hosts[index]!.containers.flatMap((one) => layout.groupsOf.get(placeOf(name, one.name)) ?? []));
    return {
      host: name,
      letter: hosts.letters[index]!,
      seen: hosts.seen[index]!,
      ...(fault !== undefined && { fault }),
      groups: [...groups].map((group) => layout.groups[group]!.id),
      containers: (look?.containers ?? []).filter(({ host }) => host === name).map(describeContainer),
      drift: (driftReport?.differences ?? []).filter(({ host }) => host === name).map(lineOf),
    };
  }

  private statesFor({ hosts }: Layout): HostStates {
    const at = hosts.map((host) => this.layout.indexOf.get(host) ?? -1);
    const { letters, reasons, seen } = this.hosts;
    return { letters: at.map((i) => letters[i] ?? "u"), reasons: at.map((i) => reasons[i] ?? ""), seen: at.map((i) => seen[i] ?? 0) };
  }
}

function describeContainer(one: StackLook["containers"][number]): HostView["containers"][number] {
  const { container: name, role, isPlanned, state, health, since, restarts, image, imageWanted, toldBy, ageSeconds } = one;
  return {
    ...{ name, role, isPlanned, letter: letterOf(one), state, health },
    ...(since !== undefined && { since }),
    ...(restarts !== undefined && { restarts }),
    ...(image !== undefined && { image }),
    ...(imageWanted !== undefined && { imageWanted }),
    ...(toldBy !== undefined && { toldBy: `${toldBy.host} ${toldBy.container}` }),
    ...(ageSeconds !== undefined && { ageSeconds }),
  };
}
