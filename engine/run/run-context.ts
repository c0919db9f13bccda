import type { EventSink } from "./events";
import type { PolicyPacks } from "./policy-packs";
import type { ProviderRegistry } from "./provider-registry";
import type { ResourceRecord } from "./resource-record";
import type { RunOutcome } from "./run-outcome";
import type { Snapshot } from "./snapshot";
import type { StackConfig } from "./stack-file";
import type { TargetFilter } from "./target-filter";

/** What the parts of one pass over a stack share: a preview is one pass, an update another. */
export interface RunContext {
  readonly project: string;
  readonly stack: string;
  readonly isPreview: boolean;
  /** The state before this pass (after its refresh). */
  readonly olds: readonly ResourceRecord[];
  readonly config: StackConfig;
  /** For the program, beside what this process has. */
  readonly environment: Readonly<Record<string, string>>;
  readonly snapshot: Snapshot;
  readonly providers: ProviderRegistry;
  readonly events: EventSink;
  readonly targets: TargetFilter;
  readonly outcome: RunOutcome;
  readonly policies: PolicyPacks;
}
