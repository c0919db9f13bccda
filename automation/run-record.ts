import type { EngineEvent } from "../engine/events/events";
import type { PolicyViolation, RunFailure } from "../engine/events/run-outcome";
import type { Difference } from "../plan/deployed/differences";
import { isDefaultProviderUrn, parseUrn } from "../stack/urn";

/** One resource that a run changed, or a preview would change. */
export interface RunStep {
  /** In Pulumi's words: `create`, `update`, `replace`, `delete`. */
  readonly op: string;
  readonly urn: string;
  /** `cygnus-03-samp` */
  readonly name: string;
  /** `docker:index/container:Container` */
  readonly type: string;
  /** Properties that differ, for an update or a replacement. */
  readonly diffs: readonly string[];
}

/** Both engines say the same in the same events: what a run's result is made of. */
export class RunRecord {
  /** Something was begun, and not only previewed. */
  hasRun = false;
  changes: Readonly<Record<string, number>> = {};
  durationSeconds = 0;
  private readonly violated = new Map<string, PolicyViolation>();
  private stepsByUrn = new Map<string, RunStep>();
  readonly failures: RunFailure[] = [];
  /** What of files and containers is another one, with a unified diff of each text. */
  differences: readonly Difference[] = [];

  get steps(): readonly RunStep[] {
    return [...this.stepsByUrn.values()];
  }

  get violations(): readonly PolicyViolation[] {
    return [...this.violated.values()];
  }

  add({ preludeEvent, resourcePreEvent, diagnosticEvent, policyEvent, differencesEvent, summaryEvent }: EngineEvent): void {
    // An update behind its preview says everything once more.
    if (preludeEvent) {
      this.stepsByUrn = new Map();
      this.differences = [];
    }
    if (differencesEvent) this.differences = differencesEvent.differences;
    if (resourcePreEvent) {
      this.hasRun ||= isBegun(resourcePreEvent);
      this.addStep(resourcePreEvent.metadata);
    }
    if (diagnosticEvent) this.failures.push(...failuresIn({ diagnosticEvent }));
    if (policyEvent) {
      const { policyPackName: policyPack, policyName: policy, message, resourceUrn: urn = "", enforcementLevel } = policyEvent;
      const enforcement = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
      this.violated.set(`${policy} ${urn} ${message}`, { policyPack, policy, message, urn, enforcement });
    }
    if (summaryEvent) {
      this.changes = summaryEvent.resourceChanges as Readonly<Record<string, number>>;
      this.durationSeconds = summaryEvent.durationSeconds;
    }
  }

  private addStep(metadata: StepMetadata): void {
    if (!isRunStep(metadata)) return;
    const { op, urn, type, diffs } = metadata;
    this.stepsByUrn.set(urn, { op: String(op), urn, name: parseUrn(urn).name, type, diffs: diffs ?? [] });
  }
}

/** What an event says of something that failed: at most one. */
export function failuresIn({ diagnosticEvent }: Pick<EngineEvent, "diagnosticEvent">): RunFailure[] {
  if (diagnosticEvent?.severity !== "error") return [];
  return [{ urn: diagnosticEvent.urn ?? "", message: diagnosticEvent.message.trim(), host: undefined }];
}

/** A step of an update that changes something, and none that is previewed. */
function isBegun({ planning, metadata }: NonNullable<EngineEvent["resourcePreEvent"]>): boolean {
  return planning !== true && metadata.op !== "same";
}

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** The parts of a replacement, reads, and the providers that an engine makes by itself are no changes of their own. */
export function isRunStep({ op, urn }: StepMetadata): boolean {
  return ["create", "update", "replace", "delete"].includes(String(op)) && !isDefaultProviderUrn(urn);
}
