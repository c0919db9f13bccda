import { batch, signal } from "@preact/signals";
import type {
  DriftView,
  EdgeRow,
  GroupRow,
  LockView,
  LookFacts,
  PortalEvent,
  PortalRole,
  RunView,
  ServiceAddress,
  Snapshot,
  StorePlot,
  StoresView,
} from "../../api";
import { setServerClock } from "./clock";
import { HostTable } from "./host-columns";

/** Of a plot, as the server keeps them. */
const MOST_POINTS = 240;

const NO_HOSTS = { names: [], groups: [], letters: "", reasons: [], texts: [], seen: [] };

/** What is known of the stack that is shown. */
export const stack = {
  name: signal<string | undefined>(undefined),
  role: signal<PortalRole>("viewer"),
  fault: signal<string | undefined>(undefined),
  groups: signal<readonly GroupRow[]>([]),
  edges: signal<readonly EdgeRow[]>([]),
  notes: signal<readonly string[]>([]),
  look: signal<LookFacts | undefined>(undefined),
  data: signal<StoresView | undefined>(undefined),
  drift: signal<DriftView | undefined>(undefined),
  plots: signal<readonly StorePlot[]>([]),
  run: signal<RunView | undefined>(undefined),
  preview: signal<RunView | undefined>(undefined),
  lock: signal<LockView | undefined>(undefined),
  services: signal<readonly ServiceAddress[]>([]),
  periods: signal<Snapshot["periods"]>({ status: 0, data: 0, drift: 0 }),
  /** Of the stack file, where somebody wrote it since the page was opened. */
  fileMark: signal<string | undefined>(undefined),
};

/** Changed in place: who shows hosts reads `hostsVersion`, too. */
export const hosts = signal(new HostTable(NO_HOSTS));
export const hostsVersion = signal(0);

export function takeSnapshot(snapshot: Snapshot): void {
  batch(() => {
    setServerClock(snapshot.now);
    if (stack.name.value !== snapshot.stack) stack.fileMark.value = undefined;
    stack.name.value = snapshot.stack;
    stack.role.value = snapshot.role;
    stack.fault.value = snapshot.fault;
    stack.groups.value = snapshot.groups;
    stack.edges.value = snapshot.edges;
    stack.notes.value = snapshot.notes;
    stack.look.value = snapshot.look;
    stack.data.value = snapshot.data;
    stack.drift.value = snapshot.drift;
    stack.plots.value = snapshot.plots;
    stack.run.value = snapshot.run;
    stack.preview.value = snapshot.preview;
    stack.lock.value = snapshot.lock;
    stack.services.value = snapshot.services;
    stack.periods.value = snapshot.periods;
    hosts.value = new HostTable(snapshot.hosts);
    hostsVersion.value++;
  });
}

/** @returns that the snapshot has to be read again */
export function takeEvent(event: PortalEvent): "read again" | undefined {
  return batch(() => {
    switch (event.type) {
      case "reset":
        return "read again";
      case "status":
        stack.look.value = event.look;
        stack.groups.value = event.groups;
        hosts.value.change(event.hosts);
        hostsVersion.value++;
        return;
      case "data":
        stack.data.value = event.data;
        stack.edges.value = event.edges;
        stack.plots.value = addPoints(stack.plots.value, event.data);
        return;
      case "drift":
        stack.drift.value = event.drift;
        return;
      case "run":
        takeRun(event.run);
        return;
      case "lock":
        stack.lock.value = event.lock;
        return;
      case "file":
        stack.fileMark.value = event.mark;
        // What was previewed is of the file as it was.
        stack.preview.value = undefined;
        return;
      case "end":
        return;
      default:
        return event satisfies never;
    }
  });
}

/** The answer to a request and the event of the same run come in any order. */
export function takeRun(run: RunView): void {
  const shown = stack.run.value;
  if (shown?.id === run.id && shown.endedAt !== undefined && run.endedAt === undefined) return;
  stack.run.value = run;
  if (run.endedAt === undefined) return;
  if (run.preview && run.result !== "failed") stack.preview.value = run;
  else if (run.kind !== "preview" && run.result === "succeeded") stack.preview.value = undefined;
}

function addPoints(plots: readonly StorePlot[], { lookedAt, stores }: StoresView): readonly StorePlot[] {
  const known = new Map(plots.map((plot) => [plot.store, plot]));
  return stores.map(({ store, rowsPerSecond, newestAgeSeconds }) => {
    const plot = known.get(store) ?? { store, at: [], rowsPerSecond: [], newestAgeSeconds: [] };
    if (plot.at.at(-1) === lookedAt) return plot;
    return {
      store,
      at: [...plot.at, lookedAt].slice(-MOST_POINTS),
      rowsPerSecond: [...plot.rowsPerSecond, rowsPerSecond ?? null].slice(-MOST_POINTS),
      newestAgeSeconds: [...plot.newestAgeSeconds, newestAgeSeconds ?? null].slice(-MOST_POINTS),
    };
  });
}
