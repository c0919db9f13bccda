import { createLogUpdate } from "log-update";
import type { Colors } from "picocolors/types";
import type { EngineEvent } from "../events/events";
import type { OperationPhase } from "../run-operation";
import { DisplayModel, type DisplayRow, renderRow } from "./display-model";
import { opWords, paintLine } from "./display-words";
import { renderMessage } from "./message-text";

const FRAME_MS = 100;
/** Rows that do not fit are counted; a tree that scrolls cannot be redrawn. */
const ROWS_BESIDE_TREE = 4;

/** A tree of what changes, redrawn in place while it runs; messages stand below it when it is done. */
export class TreeDisplay {
  private model = new DisplayModel();
  private phase: OperationPhase | undefined;
  private timer: NodeJS.Timeout | undefined;
  private status = "";
  private readonly later: string[] = [];
  private readonly live: ReturnType<typeof createLogUpdate>;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly title: (phase: OperationPhase) => string,
    private readonly colors: Colors,
  ) {
    this.live = createLogUpdate(stream);
  }

  onEvent(event: EngineEvent, phase: OperationPhase): void {
    if (phase !== this.phase) this.begin(phase);
    this.model.apply(event, Date.now());
    if (event.diagnosticEvent !== undefined) this.status = event.diagnosticEvent.message.trim().split("\n")[0] ?? "";
    const lines = renderMessage(event, phase === "preview", phase === "preview" && !this.model.hasFailed);
    this.later.push(...lines);
    if (event.summaryEvent !== undefined) this.close(lines.length === 1 && this.later.length === 1);
  }

  /** @param isNothing one line says it all */
  close(isNothing = false): void {
    if (this.phase === undefined) return;
    clearInterval(this.timer);
    if (isNothing) this.live.clear();
    else this.live(this.frame(true));
    this.live.done();
    for (const line of this.later.splice(0)) this.stream.write(`${paintLine(line, this.colors)}\n`);
    this.phase = undefined;
  }

  private begin(phase: OperationPhase): void {
    this.close();
    this.phase = phase;
    this.model = new DisplayModel();
    this.status = "";
    this.timer = setInterval(() => this.live(this.frame(false)), FRAME_MS);
    this.timer.unref();
  }

  private frame(isLast: boolean): string {
    const lines = this.treeLines();
    const room = isLast ? lines.length : Math.max(1, (this.stream.rows ?? 24) - ROWS_BESIDE_TREE);
    const hidden = lines.length - room;
    const shown = hidden > 0 ? [...lines.slice(0, room), this.colors.dim(`    … ${hidden} more lines`)] : lines;
    const status = isLast || this.status === "" ? [] : [this.colors.dim(`    ${this.status.slice(0, (this.stream.columns ?? 80) - 5)}`)];
    return [this.colors.bold(this.phase === undefined ? "" : this.title(this.phase)), ...shown, ...status].join("\n");
  }

  /** Changed rows under their parents; a parent without a change of its own is there for its children alone. */
  private treeLines(): readonly string[] {
    const rows = this.model.rows;
    const shown = new Set<string>();
    for (const row of rows.values()) {
      if (row.op === "same" || (row.op === "refresh" && row.status === "done")) continue;
      for (let at: DisplayRow | undefined = row; at !== undefined && !shown.has(at.urn); at = rows.get(at.parent)) shown.add(at.urn);
    }
    const childrenOf = (parent: string) =>
      [...rows.values()].filter((row) => shown.has(row.urn) && (rows.has(row.parent) ? row.parent : "") === parent);
    const draw = (row: DisplayRow, depth: number): readonly string[] => [
      this.paintRow(row, depth),
      ...(row.status === "planned" ? row.diff.map((line) => `${"  ".repeat(depth + 4)}${this.paintDiff(line)}`) : []),
      ...childrenOf(row.urn).flatMap((child) => draw(child, depth + 1)),
    ];
    return childrenOf("").flatMap((row) => draw(row, 0));
  }

  private paintRow(row: DisplayRow, depth: number): string {
    const text = renderRow(row, Date.now());
    const paint = row.status === "failed" ? this.colors.red : this.colors[opWords(row.op).color];
    return ` ${paint(text.slice(0, 2))}${"  ".repeat(depth)}${row.op === "same" ? this.colors.dim(text.slice(2)) : paint(text.slice(2))}`;
  }

  private paintDiff(line: string): string {
    const paint = { "+": this.colors.green, "-": this.colors.red }[line[0] ?? ""] ?? this.colors.yellow;
    return paint(line);
  }
}
