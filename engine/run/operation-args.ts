import type { StackLocation } from "../../stack/open-stack";
import type { PropertyMap } from "../../stack/property-value";
import type { StackConfig } from "../../stack/stack-file";
import type { EngineEvent } from "../events/events";
import type { PolicyViolation, RunFailure } from "../events/run-outcome";
import type { PolicyPackConfig } from "../policy/policy-config";
import type { CreateProvider } from "./provider-registry";

export type OperationKind = "preview" | "up" | "refresh" | "destroy";
/** An operation that changes something may look at it first; events say which of the two they are of. */
export type OperationPhase = "preview" | "update";

export interface OperationArgs extends StackLocation {
  readonly kind: OperationKind;
  /** Values over those of the stack file, by full key. */
  readonly config?: StackConfig;
  /** Ask the hosts first what there is. @default false */
  readonly refresh?: boolean;
  /** URNs; `*` and `**` are wild cards. */
  readonly targets?: readonly string[];
  readonly excludes?: readonly string[];
  /** Go on with what does not need what failed. @default false */
  readonly continueOnError?: boolean;
  /** Steps at once. @default 16 */
  readonly parallel?: number;
  /** Folders with a PulumiPolicy.yaml. */
  readonly policyPacks?: readonly string[];
  readonly policyPackConfig?: PolicyPackConfig;
  /** Go on with a state that `pulumi` wrote; everything is refreshed first. @default false */
  readonly takeOver?: boolean;
  /** Asked after a preview of the same operation; without it, a preview is only made for policy packs and `onPreviewed`. An up that would change nothing is not asked about. */
  readonly confirm?: (preview: OperationResult) => Promise<boolean>;
  /** Why, for the history. */
  readonly message?: string;
  /** Called after a preview of the same operation, while the lock is held; what it throws ends the operation, and nothing is changed. */
  readonly onPreviewed?: (() => Promise<void>) | undefined;
  /** For the program, beside what this process has. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Asked once, when the run has begun: does the program ask for just what a state of this digest has? Then it is not started, everything stays the same, and
   * what it would tell is told. Undefined: nobody knows, and the program is asked. @param state of an `OperationResult`
   */
  readonly settled?: ((state: string) => Promise<readonly string[] | undefined>) | undefined;
  readonly createProvider: CreateProvider;
  readonly onEvent?: (event: EngineEvent, phase: OperationPhase) => void;
  /** Awaited before each step: holds the run back while a listener is behind with its events. */
  readonly pace?: () => Promise<void>;
  /** Ends the operation after the steps that are under way. */
  readonly signal?: AbortSignal;
}

export interface OperationResult {
  /** `declined`: `confirm` said no. `unchanged`: the preview found nothing to do. */
  readonly outcome: "succeeded" | "failed" | "canceled" | "declined" | "unchanged";
  /** By operation: `{ create: 12, same: 17 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** Of the stack, secrets marked; in a preview with unknowns. */
  readonly outputs: PropertyMap;
  readonly violations: readonly PolicyViolation[];
  readonly failures: readonly RunFailure[];
  /** URNs that were left alone because something that they need failed. */
  readonly skipped: readonly string[];
  readonly durationSeconds: number;
  /** Of the state as this operation has left it, while nobody else could write: SHA-256 of its file. Absent for a stack that was never deployed. */
  readonly state?: string;
}
