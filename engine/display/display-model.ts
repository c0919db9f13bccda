import { urnName, urnType } from "../../stack/urn";
import type { EngineEvent } from "../events/events";
import { opWords } from "./display-words";
import { renderPropertyDiff } from "./property-diff-text";

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const HALVES: ReadonlySet<string> = new Set(["create-replacement", "delete-replaced"]);

/** One resource as it is shown. */
export interface DisplayRow {
  readonly urn: string;
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** URN, empty for the stack. */
  readonly parent: string;
  readonly status: "planned" | "running" | "done" | "failed";
  readonly startedMs: number;
  readonly seconds: number | undefined;
  /** What changes, a line a property. */
  readonly diff: readonly string[];
}

/** What an operation has shown so far, from its events; both displays draw it. */
export class DisplayModel {
  readonly rows = new Map<string, DisplayRow>();
  /** A failure, a veto of a policy, or a cancel. */
  hasFailed = false;

  get running(): readonly DisplayRow[] {
    return [...this.rows.values()].filter(({ status, op }) => status === "running" && op !== "same");
  }

  /** Returns the row that the event is about, if it is about one. */
  apply(event: EngineEvent, nowMs: number): DisplayRow | undefined {
    if (isFailure(event)) this.hasFailed = true;
    if (event.resourcePreEvent !== undefined) {
      const { metadata, planning } = event.resourcePreEvent;
      return this.start(metadata, renderPropertyDiff(metadata, event.isToldInWords), planning ?? false, nowMs);
    }
    if (event.resOutputsEvent !== undefined)
      return this.end(event.resOutputsEvent.metadata, event.resOutputsEvent.planning ?? false, "done", nowMs);
    if (event.resOpFailedEvent !== undefined) return this.end(event.resOpFailedEvent.metadata, false, "failed", nowMs);
    return undefined;
  }

  private start(metadata: StepMetadata, diff: readonly string[], isPreview: boolean, nowMs: number): DisplayRow | undefined {
    // A preview shows a replacement as one line; an update shows its halves.
    if (isPreview ? HALVES.has(metadata.op) : metadata.op === "replace") return undefined;
    const row: DisplayRow = {
      urn: metadata.urn,
      op: metadata.op,
      type: urnType(metadata.urn),
      name: urnName(metadata.urn),
      parent: metadata.new?.parent ?? metadata.old?.parent ?? "",
      status: isPreview ? "planned" : "running",
      startedMs: nowMs,
      seconds: undefined,
      diff,
    };
    this.rows.set(row.urn, row);
    return row;
  }

  private end(metadata: StepMetadata, isPreview: boolean, status: "done" | "failed", nowMs: number): DisplayRow | undefined {
    const row = this.rows.get(metadata.urn);
    if (row === undefined || row.status === "failed") return undefined;
    // Outputs registered later come as a second end of the same step.
    if (isPreview || row.status === "done") return undefined;
    const op = row.op === "refresh" ? metadata.op : row.op;
    const ended: DisplayRow = { ...row, op, status, seconds: (nowMs - row.startedMs) / 1000 };
    this.rows.set(ended.urn, ended);
    return ended;
  }
}

function isFailure({ diagnosticEvent, policyEvent, cancelEvent, resOpFailedEvent }: EngineEvent): boolean {
  const isSaid = diagnosticEvent?.severity === "error" || policyEvent?.enforcementLevel === "mandatory";
  return isSaid || cancelEvent !== undefined || resOpFailedEvent !== undefined;
}

/** `+ docker:index/container:Container samp-cygnus-01 creating (3s)`. */
export function renderRow(row: DisplayRow, nowMs: number): string {
  const words = opWords(row.op);
  const seconds = row.seconds ?? (nowMs - row.startedMs) / 1000;
  const time = row.status === "planned" || seconds < 0.1 ? "" : ` (${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s)`;
  const what = { planned: words.planned, running: words.running, done: words.done, failed: `${words.running} failed` }[row.status];
  return `${words.sign} ${row.type} ${row.name}${what === "" ? "" : ` ${what}${time}`}`;
}
