import { statSync } from "node:fs";
import { join } from "node:path";
import type { Site } from "../../automation/site";
import type { DriftReport } from "../../operations/drift/drift";
import type { StackLook } from "../../operations/overview/look-at-stack";
import { groupBy } from "../../plan/text/group-by";
import { messageOf } from "../../stack/engine-error";
import type { FoundLock } from "../../stack/lock-files";
import { isDead } from "../../stack/lock-holder";
import type {
  DriftView,
  EdgeRow,
  GroupRow,
  HostLetter,
  HostView,
  LockView,
  LookFacts,
  LookKind,
  PortalRole,
  Snapshot,
  StorePlot,
  StoresView,
} from "../api";
import { EventLog } from "./event-log";
import { addPoints, foldData, foldDrift, lineOf } from "./fold-data";
import { foldLook, type HostStates, letterOf, uncountedGroups, unknownHosts } from "./fold-status";
import { periodOf, RepeatedLook } from "./repeated-look";
import { foldEdges, type Layout, placeOf, readLayout } from "./stack-layout";

/** Hosts are asked as long as somebody looks, and so much longer: a page that is loaded anew finds what it left. */
const WANTED_MS = 30_000;
const TICK_MS = 1000;
const RATE_SECONDS = 1;
const KINDS: readonly LookKind[] = ["status", "data", "drift"];

interface Known {
  readonly layout: Layout;
  edges: readonly EdgeRow[];
  hosts: HostStates;
  groups: readonly GroupRow[];
  facts?: LookFacts;
  look?: StackLook;
  data?: StoresView;
  drift?: DriftView;
  driftReport?: DriftReport;
}

/** One stack as it is now, for any number of readers: asked once for all of them, and only while there are some. */
export class WatchedStack {
  readonly log = new EventLog();
  private known: Known | undefined;
  private fault: string | undefined;
  private plots: readonly StorePlot[] = [];
  private lock: LockView | undefined;
  private readers = 0;
  private wantedAt = 0;
  private fileMark: string;
  private reading: Promise<void> | undefined;
  private readonly looks: Readonly<Record<LookKind, RepeatedLook>>;
  private readonly ticker: NodeJS.Timeout;

  constructor(readonly site: Site) {
    this.fileMark = this.markFile();
    const repeated = (kind: LookKind) =>
      new RepeatedLook(
        (signal) => this.look(kind, signal),
        () => periodOf(kind, this.known?.layout.hosts.length ?? 0),
        () => this.isWanted && this.known !== undefined,
      );
    this.looks = { status: repeated("status"), data: repeated("data"), drift: repeated("drift") };
    this.ticker = setInterval(() => void this.tick(), TICK_MS);
    this.ticker.unref();
  }

  get stack(): string {
    return this.site.stack;
  }

  /** Whether this server is itself at work on the stack. */
  isAtWork: () => boolean = () => false;

  /** For as long as somebody reads. @returns what ends it */
  attach(): () => void {
    this.readers += 1;
    this.wake();
    let isAttached = true;
    return () => {
      if (isAttached) this.readers -= 1;
      isAttached = false;
    };
  }

  async snapshot(role: PortalRole, runs: Pick<Snapshot, "run" | "preview">): Promise<Snapshot> {
    this.wake();
    await this.settle();
    await this.lookAtLock();
    // Before anything else, so that what comes meanwhile is told once more rather than lost.
    const { cursor } = this.log;
    const { known, lock, fault } = this;
    const none = {
      groups: [],
      edges: [],
      notes: [],
      services: [],
      hosts: { names: [], groups: [], letters: "", reasons: [], texts: [], seen: [] },
    };
    return {
      stack: this.stack,
      role,
      cursor,
      now: Date.now() / 1000,
      ...(known ? describe(known) : none),
      plots: this.plots,
      ...runs,
      ...(lock && { lock }),
      ...(fault !== undefined && { fault }),
      periods: Object.fromEntries(KINDS.map((kind) => [kind, periodOf(kind, known?.layout.hosts.length ?? 0)])) as Record<LookKind, number>,
    };
  }

  /** Undefined for a host that the stack has not. */
  async host(name: string): Promise<HostView | undefined> {
    await this.settle();
    const { known } = this;
    const index = known?.layout.indexOf.get(name);
    if (!known || index === undefined) return undefined;
    const { layout, hosts, look, driftReport } = known;
    const fault = look?.failures.find((failure) => failure.host === name)?.message;
    const planned = layout.plan.hosts[index]!.containers;
    const groups = new Set(planned.flatMap((one) => layout.groupsOf.get(placeOf(name, one.name)) ?? []));
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

  /** Asks now; what is found comes as an event. */
  async lookNow(kind: LookKind): Promise<void> {
    await this.settle();
    if (this.known) await this.looks[kind].now();
  }

  /** The plan, for who folds a run by it; undefined where the file has none. */
  async layout(): Promise<Layout | undefined> {
    await this.settle();
    return this.known?.layout;
  }

  async end(): Promise<void> {
    clearInterval(this.ticker);
    await Promise.all(KINDS.map((kind) => this.looks[kind].end()));
  }

  private get isWanted(): boolean {
    return this.readers > 0 || Math.abs(Date.now() - this.wantedAt) < WANTED_MS;
  }

  private wake(): void {
    this.wantedAt = Date.now();
    for (const kind of KINDS) this.looks[kind].wake();
  }

  private async tick(): Promise<void> {
    if (!this.isWanted) return;
    const mark = this.markFile();
    if (mark !== this.fileMark) {
      this.fileMark = mark;
      this.log.add({ type: "file", mark });
      this.reading = undefined;
      await this.settle();
      this.log.add({ type: "reset" });
    }
    await this.lookAtLock();
    for (const kind of KINDS) this.looks[kind].wake();
  }

  private markFile(): string {
    const found = statSync(join(this.site.folder, `Pulumi.${this.stack}.yaml`), { throwIfNoEntry: false });
    return found ? `${found.mtimeMs}-${found.size}-${found.ino}` : "";
  }

  /** Once for each form of the file. */
  private settle(): Promise<void> {
    this.reading ??= this.read();
    return this.reading;
  }

  private async read(): Promise<void> {
    try {
      const layout = await readLayout(this.site);
      this.known = { layout, edges: layout.edges, hosts: unknownHosts(layout), groups: uncountedGroups(layout) };
      this.fault = undefined;
    } catch (error) {
      // What it was before is shown no more: it is not known what of it still holds.
      this.known = undefined;
      this.fault = messageOf(error);
    }
    await this.lookAtLock();
  }

  private async look(kind: LookKind, signal: AbortSignal): Promise<void> {
    const { known } = this;
    if (!known) return;
    const begun = Date.now();
    const at = Math.floor(begun / 1000);
    const took = () => (Date.now() - begun) / 1000;
    try {
      if (kind === "status") this.tellStatus(known, await this.site.status({ signal }));
      if (kind === "data") {
        // Of an aggregator that does not tell it is not known how many are connected; what the stores hold is.
        const flows = this.site.topology({ rates: { seconds: RATE_SECONDS, signal } }).catch(() => undefined);
        const [report, topology] = await Promise.all([this.site.verify({ signal }), flows]);
        known.edges = foldEdges(topology?.edges ?? known.layout.edges);
        this.tellData(known, foldData(report, at, took()));
      }
      if (kind === "drift") {
        known.driftReport = await this.site.drift({ signal });
        this.tellDrift(known, foldDrift(known.driftReport, at, took()));
      }
    } catch (error) {
      if (!signal.aborted) this.tellFault(known, kind, messageOf(error), at);
    }
  }

  private tellStatus(known: Known, look: StackLook): void {
    const { hosts, groups, facts, changes } = foldLook(known.layout, known.hosts, look);
    Object.assign(known, { hosts, groups, facts, look });
    if (known === this.known) this.log.add({ type: "status", look: facts, groups, hosts: changes });
  }

  private tellData(known: Known, data: StoresView): void {
    known.data = data;
    if (known !== this.known) return;
    this.plots = addPoints(this.plots, data);
    this.log.add({ type: "data", data, edges: known.edges });
  }

  private tellDrift(known: Known, drift: DriftView): void {
    known.drift = drift;
    if (known === this.known) this.log.add({ type: "drift", drift });
  }

  /** What was known stays, with why there is nothing newer. */
  private tellFault(known: Known, kind: LookKind, fault: string, lookedAt: number): void {
    const none = { lookedAt, tookSeconds: 0 };
    if (kind === "status") {
      const seen = known.facts?.lookedAt ?? 0;
      known.facts = { ...none, askedHosts: 0, wellHosts: 0, causes: [], ...known.facts, fault };
      const changes = { seen, unseen: known.layout.hosts.map((_, i) => i), index: [], letters: "", reasons: [] };
      if (known === this.known) this.log.add({ type: "status", look: known.facts, groups: known.groups, hosts: changes });
    }
    if (kind === "data") this.tellData(known, { ...none, stores: [], unread: [], handedOver: [], causes: [], ...known.data, fault });
    if (kind === "drift")
      this.tellDrift(known, { ...none, answered: 0, asPlanned: 0, differences: [], unknown: [], ...known.drift, fault });
  }

  async lookAtLock(): Promise<void> {
    const locks = await this.site.locks().catch((): readonly FoundLock[] => []);
    const lock = locks[0] && describeLock(locks[0], this.isAtWork());
    if (JSON.stringify(lock) === JSON.stringify(this.lock)) return;
    this.lock = lock;
    this.log.add({ type: "lock", ...(lock && { lock }) });
  }
}

export function describeLock({ holder, problem }: FoundLock, isOurs: boolean): LockView {
  if (!holder) return { who: `somebody, whose lock ${problem ?? "does not say"}`, since: "", isOurs };
  const { username, hostname, timestamp: since } = holder;
  return { who: `${username}@${hostname}${isDead(holder) ? " (its process has ended)" : ""}`, since, isOurs: isOurs && !isDead(holder) };
}

function describe({ layout, edges, hosts, groups, facts, data, drift }: Known) {
  const texts = [...groupBy(hosts.reasons, (reason) => reason).keys()].filter((text) => text !== "");
  const numbers = new Map(texts.map((text, i) => [text, i]));
  return {
    groups,
    edges,
    notes: layout.notes,
    services: layout.services,
    hosts: {
      names: layout.hosts,
      groups: layout.firstGroups,
      letters: hosts.letters.join(""),
      reasons: hosts.reasons.map((reason) => numbers.get(reason) ?? -1),
      texts,
      seen: hosts.seen,
    },
    ...(facts && { look: facts }),
    ...(data && { data }),
    ...(drift && { drift }),
  };
}

function describeContainer(one: StackLook["containers"][number]): HostView["containers"][number] {
  const { container: name, role, isPlanned, state, health, since, restarts, image, imageWanted, toldBy, ageSeconds } = one;
  const letter: HostLetter = letterOf(one);
  return {
    ...{ name, role, isPlanned, letter, state, health },
    ...(since !== undefined && { since }),
    ...(restarts !== undefined && { restarts }),
    ...(image !== undefined && { image }),
    ...(imageWanted !== undefined && { imageWanted }),
    ...(toldBy !== undefined && { toldBy: `${toldBy.host} ${toldBy.container}` }),
    ...(ageSeconds !== undefined && { ageSeconds }),
  };
}
