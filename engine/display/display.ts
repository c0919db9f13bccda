import { createColors } from "picocolors";
import type { EngineEvent } from "../events/events";
import type { OperationKind, OperationPhase, OperationResult } from "../run-operation";
import { paintLine } from "./display-words";
import { LineDisplay } from "./line-display";

/** Shows an operation while it runs. */
export interface Display {
  onEvent(event: EngineEvent, phase: OperationPhase): void;
  /** Ends the display of a phase; what is shown of it stays. */
  close(): void;
}

export interface DisplayArgs {
  readonly kind: OperationKind;
  readonly stack: string;
  readonly stream: NodeJS.WriteStream;
}

/** A live tree on a terminal, lines elsewhere; both end with Pulumi's summary. Colours on a terminal only and not with NO_COLOR, or with FORCE_COLOR anywhere. */
export function createDisplay({ kind, stack, stream }: DisplayArgs): Display {
  const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
  const colors = createColors(!process.env["NO_COLOR"] && (isTerminal || Boolean(process.env["FORCE_COLOR"])));
  const title = (phase: OperationPhase) => `${titleOf(kind, phase)} (${stack}), embedded engine:`;
  if (!isTerminal) return new LineDisplay((line) => stream.write(`${paintLine(line, colors)}\n`), title);
  // What redraws a terminal is a twentieth of all that an engine loads.
  const { TreeDisplay } = require("./tree-display") as typeof import("./tree-display");
  return new TreeDisplay(stream, title, colors);
}

function titleOf(kind: OperationKind, phase: OperationPhase): string {
  const names = { preview: "update", up: "update", refresh: "refresh", destroy: "destroy" };
  if (phase === "preview") return `Previewing ${names[kind]}`;
  return { preview: "Previewing update", up: "Updating", refresh: "Refreshing", destroy: "Destroying" }[kind];
}

/** The stack's outputs as Pulumi ends with them; secrets blanked. */
export function renderOutputs(outputs: OperationResult["outputs"], redact: (value: OperationResult["outputs"][string]) => unknown): string {
  const lines = Object.entries(outputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `    ${name}: ${JSON.stringify(redact(value))}`);
  return lines.length === 0 ? "" : ["Outputs:", ...lines].join("\n");
}
