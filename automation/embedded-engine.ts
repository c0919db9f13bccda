import { resolve } from "node:path";
import { createProvider } from "../engine/create-provider";
import type { CreateProvider } from "../engine/run/provider-registry";
import { type OperationArgs, type OperationResult, runOperation } from "../engine/run-operation";
import type { StackLocation } from "../stack/open-stack";
import { FileRecords, redactAll } from "./file-records";
import { CancelledError, PolicyViolationError, StepFailedError } from "./run-errors";
import type { EngineRunArgs, EngineRunEnd, StackEngine } from "./stack-engine";

/** @see OperationArgs for `confirm` */
export type OperateArgs = Omit<EngineRunArgs, "onEvent"> & Pick<OperationArgs, "onEvent" | "confirm">;

/** The engine of this package, in this process; the program runs in a process of its own. */
export class EmbeddedEngine extends FileRecords implements StackEngine {
  readonly name = "embedded";

  constructor(
    location: StackLocation,
    private readonly providers: CreateProvider = (name) => createProvider(name, location.projectFolder),
  ) {
    super(location);
  }

  async run(args: EngineRunArgs): Promise<EngineRunEnd> {
    const result = await this.operate(args);
    assertSucceeded(result);
    return { outputs: redactAll(result.outputs), changes: result.changes, state: result.state };
  }

  /** The same with all that the engine has to tell, for who shows it: a failed step is in the result. */
  operate({ verb, isRefresh, isTakingOver, continuesOnError, policyPacks, ...args }: OperateArgs): Promise<OperationResult> {
    return runOperation({
      ...this.location,
      ...args,
      policyPacks: policyPacks.map((folder) => resolve(this.location.projectFolder, folder)),
      kind: verb,
      refresh: isRefresh,
      takeOver: isTakingOver,
      continueOnError: continuesOnError,
      createProvider: this.providers,
    });
  }
}

function assertSucceeded({ outcome, violations, failures, skipped, changes }: OperationResult): void {
  if (outcome === "canceled") throw new CancelledError(changes);
  if (outcome !== "failed") return;
  if (violations.some(({ enforcement }) => enforcement === "mandatory")) throw new PolicyViolationError(violations);
  throw new StepFailedError(failures, skipped, changes);
}
