import type { EngineEvent } from "../events/events";
import type { OperationPhase } from "../run-operation";
import { DisplayModel, type DisplayRow, renderRow } from "./display-model";
import { renderMessage } from "./message-text";

/** Silence for longer makes people, and CI systems, think that a run hangs. */
const HEARTBEAT_MS = 10_000;

/** A line an event, for logs and pipes; what takes long is said every ten seconds. */
export class LineDisplay {
  private model = new DisplayModel();
  private phase: OperationPhase | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  /** Of the phase, until there is something to stand below it. */
  private heading: string | undefined;

  constructor(
    private readonly write: (line: string) => void,
    private readonly title: (phase: OperationPhase) => string,
    private readonly heartbeatMs = HEARTBEAT_MS,
  ) {}

  onEvent(event: EngineEvent, phase: OperationPhase): void {
    if (phase !== this.phase) this.begin(phase);
    this.heartbeat?.refresh();
    const row = this.model.apply(event, Date.now());
    if (row !== undefined && row.op !== "same" && row.op !== "refresh") this.showRow(row);
    const lines = renderMessage(event, phase === "preview", phase === "preview" && !this.model.hasFailed);
    // One line is all that there is to say of nothing.
    if (event.summaryEvent !== undefined && lines.length === 1) this.heading = undefined;
    for (const line of lines) this.say(line);
    if (event.summaryEvent !== undefined) this.close();
  }

  close(): void {
    clearInterval(this.heartbeat);
    this.phase = undefined;
  }

  private begin(phase: OperationPhase): void {
    this.close();
    this.phase = phase;
    this.model = new DisplayModel();
    this.heading = this.title(phase);
    this.heartbeat = setInterval(() => this.say(this.whatRuns()), this.heartbeatMs);
    this.heartbeat.unref();
  }

  private showRow(row: DisplayRow): void {
    this.say(` ${renderRow(row, Date.now())}`);
    if (row.status === "planned" || row.status === "running") for (const line of row.diff) this.say(`        ${line}`);
  }

  private say(line: string): void {
    if (this.heading !== undefined) this.write(this.heading);
    this.heading = undefined;
    this.write(line);
  }

  private whatRuns(): string {
    const now = Date.now();
    const { running } = this.model;
    const shown = running.slice(0, 3).map((row) => `${row.name} (${Math.round((now - row.startedMs) / 1000)}s)`);
    const more = running.length > shown.length ? ` and ${running.length - shown.length} more` : "";
    return `    still working${shown.length === 0 ? "" : `: ${shown.join(", ")}`}${more}`;
  }
}
