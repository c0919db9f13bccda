import type { EngineEvent } from "../engine/events/events";
import type { EngineVerb } from "../operations/pulumi-cli";
import type { StackLocation } from "../stack/open-stack";
import type { HistoryEntry } from "../stack/stack-admin";

export interface EngineRunArgs {
  readonly verb: EngineVerb;
  /** Ask the hosts first what there is. */
  readonly isRefresh: boolean;
  /** Go on with what does not need what failed. */
  readonly continuesOnError: boolean;
  /** URNs; `*` and `**` are wild cards. */
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  readonly policyPacks: readonly string[];
  readonly isTakingOver: boolean;
  /** Why, for the engine's own history. */
  readonly message: string;
  /**
   * Called between a preview and the update that is held to it; what it throws ends the run, and nothing is changed. The embedded engine holds the
   * stack's lock meanwhile; `pulumi` holds none between its commands, and its update is bound to the steps by a plan file.
   */
  readonly onPreviewed?: (() => Promise<void>) | undefined;
  /** For the embedded engine; `pulumi` always asks the program. @see OperationArgs.settled */
  readonly settled?: ((state: string) => Promise<readonly string[] | undefined>) | undefined;
  /** For the program, beside what this process has. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onEvent: (event: EngineEvent) => void;
  /** Fulfilled when there is room for more events. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** What carries out one operation on one stack. */
export interface RunningEngine {
  /**
   * Carries out one operation; what it did is in its events.
   * @throws LockHeldError, PassphraseError, OtherEngineError, StateWriteError; with a failed step StepFailedError, with a pack's veto
   * PolicyViolationError, ended by the signal CancelledError
   */
  run(args: EngineRunArgs): Promise<EngineRunEnd>;
}

/** What the runs of a stack have left. */
export interface StackRecords {
  /** What the program exported; secrets are `[secret]`. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** The newest first. */
  history(): Promise<readonly HistoryEntry[]>;
}

/** One stack on one of the two engines. */
export interface StackEngine extends RunningEngine, StackRecords {
  readonly name: "pulumi" | "embedded";
  readonly location: StackLocation;
}

/** What carries out a site's runs. Loading an engine takes half a second: it is opened for a run alone. */
export interface SiteEngine extends Pick<StackEngine, "name" | "location"> {
  open(): RunningEngine;
  records(): StackRecords;
}

export interface EngineRunEnd {
  /** Secrets are `[secret]`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** By operation: `{ create: 12, same: 17 }`; empty where the engine tells its terminal only. */
  readonly changes: Readonly<Record<string, number>>;
  /** @see OperationResult.state; absent from `pulumi` */
  readonly state?: string | undefined;
}
