import type { ResourceRecord } from "../../stack/resource-record";
import type { StackConfig } from "../../stack/stack-file";
import type { EventSink } from "../events/events";
import type { RunOutcome } from "../events/run-outcome";
import type { PolicyPacks } from "../policy/policy-packs";
import type { ProviderRegistry } from "./provider-registry";
import type { Snapshot } from "./snapshot";
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
  /** Told when the program of this pass has its runner. */
  readonly onProgram: () => void;
}
