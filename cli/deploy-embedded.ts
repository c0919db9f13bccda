import { createDisplay, type Display, renderOutputs } from "../engine/display";
import { redact } from "../engine/property-secrets";
import { createProvider } from "../engine/providers";
import { type OperationResult, runOperation } from "../engine/run-operation";
import type { EngineVerb } from "../operations/pulumi-cli";
import { confirm } from "./confirm";
import type { DeployOptions } from "./deploy-commands";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print } from "./io";
import { locateStack } from "./stack";

/** @returns the exit code. */
export async function deployEmbedded(verb: EngineVerb, options: DeployOptions, excludes: readonly string[]): Promise<number> {
  const location = await locateStack(options.stack);
  if (!options.json) print("engine: embedded (no `pulumi` is used)");
  const display = options.json ? jsonDisplay() : createDisplay({ kind: verb, stack: options.stack, stream: process.stdout });
  try {
    const result = await runOperation({
      ...location,
      kind: verb,
      refresh: options.refresh === true,
      targets: options.target,
      excludes,
      // One dead host must not hold up the others.
      continueOnError: verb === "up" || verb === "destroy",
      policyPacks: options.policyPack,
      takeOver: options.takeOver === true,
      createProvider: (name) => createProvider(name, location.projectFolder),
      onEvent: display.onEvent.bind(display),
      confirm: () => confirm(`Perform this ${verb} on ${options.stack}?`, options.yes === true),
      signal: abortOnSignal(),
    });
    if (!options.json) printEnd(verb, result);
    return result.outcome === "failed" || result.outcome === "canceled" ? EXIT.failed : EXIT.done;
  } finally {
    display.close();
  }
}

function printEnd(verb: EngineVerb, { outputs, failures, skipped }: OperationResult): void {
  if (failures.length) print(`    ${failures.length} errored, ${skipped.length} left undone because of that`);
  const rendered = verb === "destroy" ? "" : renderOutputs(outputs, redact);
  if (rendered) print(rendered);
}

/** A line of JSON an event, in Pulumi's EngineEvent shape. */
function jsonDisplay(): Display {
  return { onEvent: (event) => print(JSON.stringify(event)), close: () => {} };
}
