import { EmbeddedEngine } from "../automation/embedded-engine";
import type { EngineRunArgs, EngineRunEnd, RunningEngine } from "../automation/stack-engine";
import { createDisplay, type Display, renderOutputs } from "../engine/display/display";
import { renderNothingToDo } from "../engine/display/summary-text";
import { redact } from "../engine/provider/property-secrets";
import type { OperationResult } from "../engine/run-operation";
import type { StackLocation } from "../stack/open-stack";
import { confirm } from "./confirm";
import type { DeployOptions } from "./deploy-options";
import { EXIT } from "./exit-codes";
import { print } from "./io";
import { ToldError } from "./told-error";

/** The embedded engine on this terminal: shows a preview, asks, shows the run. */
export class TerminalEmbedded implements RunningEngine {
  private readonly engine: EmbeddedEngine;

  constructor(
    private readonly location: StackLocation,
    private readonly options: DeployOptions,
  ) {
    this.engine = new EmbeddedEngine(location);
  }

  /** @throws ToldError where it failed, or nobody wanted it */
  async run(args: EngineRunArgs): Promise<EngineRunEnd> {
    const { verb } = args;
    const { json, yes } = this.options;
    const { stack } = this.location;
    const display = json ? jsonDisplay() : createDisplay({ kind: verb, stack, stream: process.stdout });
    try {
      const result = await this.engine.operate({
        ...args,
        onEvent: (event, phase) => {
          args.onEvent(event);
          display.onEvent(event, phase);
        },
        confirm: () => confirm(`Perform this ${verb} on ${stack}?`, yes === true),
      });
      if (!json) printEnd(verb, result);
      if (result.outcome === "failed" || result.outcome === "canceled") throw new ToldError(EXIT.failed);
      if (result.outcome === "declined") throw new ToldError(EXIT.done);
      return { outputs: {}, changes: result.changes, state: result.state };
    } finally {
      display.close();
    }
  }
}

function printEnd(verb: EngineRunArgs["verb"], { outcome, changes, outputs, failures, skipped }: OperationResult): void {
  if (failures.length) print(`    ${failures.length} errored, ${skipped.length} left undone because of that`);
  const isWhole = outcome === "succeeded" || outcome === "unchanged";
  if (isWhole && renderNothingToDo(changes) !== undefined) return;
  const rendered = verb === "destroy" ? "" : renderOutputs(outputs, redact);
  if (rendered) print(rendered);
}

/** A line of JSON an event, in Pulumi's EngineEvent shape. */
function jsonDisplay(): Display {
  return { onEvent: (event) => print(JSON.stringify(event)), close: () => {} };
}
