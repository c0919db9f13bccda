import { stripVTControlCharacters } from "node:util";
import type { DiagnosticEvent, PolicyEvent, EngineEvent as PulumiEvent } from "@pulumi/pulumi/automation/events";
import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import type { Difference } from "../../plan/deployed/differences";
import type { ResourceJson } from "../../stack/deployment-json";
import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { redact } from "../provider/property-secrets";
import { DifferencesOfRun } from "./differences-of-run";
import { type Step, stepUrn } from "./step";

/** Pulumi's event, as the Automation API hands it to a program; and in front of the summary, where there are any, one of this package's own. */
export interface EngineEvent extends PulumiEvent {
  readonly differencesEvent?: { readonly differences: readonly Difference[] };
  /** Of the beginning of a step: the state has words of what it changes, so that the differences say it. */
  readonly isToldInWords?: true;
}

export type OnEvent = (event: EngineEvent) => void;

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];
type EventBody = Omit<EngineEvent, "sequence" | "timestamp">;
type Severity = DiagnosticEvent["severity"];

/** Numbers and sends the events of one operation; secrets of the configuration and colours are taken out of texts on the way. */
export class EventSink {
  private sequence = 0;
  private readonly differences = new DifferencesOfRun();
  /** URNs of what has words of its children in the state. */
  private described: ReadonlySet<string> = new Set();

  constructor(
    private readonly onEvent: OnEvent,
    private readonly secretTexts: readonly string[],
    /** Fulfilled when the listener can take more. */
    readonly pace: () => Promise<void> = async () => undefined,
  ) {}

  /** @param olds the state as the operation finds it */
  prelude(config: Readonly<Record<string, string>>, olds: readonly Pick<ResourceJson, "type" | "parent">[]): void {
    this.described = new Set(olds.flatMap(({ type, parent }) => (type === DEPLOYED_TYPE ? (parent ?? []) : [])));
    this.send({ preludeEvent: { config: { ...config } } });
  }

  stepStarted(step: Step, isPreview: boolean): void {
    const isTold = "old" in step && this.described.has(step.old.parent);
    const resourcePreEvent = { metadata: stepMetadata(step, undefined), planning: isPreview };
    this.send({ resourcePreEvent, ...(isTold && { isToldInWords: true }) });
  }

  /** @param result the state after the step; undefined for one that leaves none. */
  stepDone(step: Step, result: ResourceRecord | undefined, isPreview: boolean): void {
    this.send({ resOutputsEvent: { metadata: stepMetadata(step, result), planning: isPreview } });
  }

  /** A refresh by itself says what it found as an operation of its own: update, delete or same. */
  refreshed(step: Step & { readonly op: "refresh" }, next: ResourceRecord | undefined, isPreview: boolean, isOwnRun: boolean): void {
    const found = next === undefined ? "delete" : next === step.old ? "same" : "update";
    const metadata = { ...stepMetadata(step, next), op: isOwnRun ? found : "refresh" } as StepMetadata;
    this.send({ resOutputsEvent: { metadata, planning: isPreview } });
  }

  stepFailed(step: Step, message: string): void {
    this.diagnostic("error", message, stepUrn(step));
    this.send({ resOpFailedEvent: { metadata: stepMetadata(step, undefined), status: 0, steps: 0 } });
  }

  diagnostic(severity: Severity, message: string, urn = "", isEphemeral = false): void {
    const body: DiagnosticEvent = { message: `${this.blank(message)}\n`, color: "never", severity, ephemeral: isEphemeral };
    this.send({ diagnosticEvent: urn === "" ? body : { ...body, urn } });
  }

  policy(violation: PolicyEvent): void {
    this.send({ policyEvent: { ...violation, message: this.blank(violation.message) } });
  }

  summary(changes: Readonly<Record<string, number>>, durationSeconds: number, policyPacks: Readonly<Record<string, string>>): void {
    const differences = this.differences.all.map((one) => ({ ...one, diff: this.blank(one.diff) }));
    if (differences.length > 0) this.send({ differencesEvent: { differences } });
    this.send({ summaryEvent: { maybeCorrupt: false, durationSeconds, resourceChanges: { ...changes }, policyPacks: { ...policyPacks } } });
  }

  canceled(): void {
    this.send({ cancelEvent: {} });
  }

  private send(body: EventBody): void {
    const event = { sequence: this.sequence++, timestamp: Math.floor(Date.now() / 1000), ...body };
    this.differences.see(event);
    this.onEvent(event);
  }

  /** Without the secrets of the configuration and without colours. */
  blank(text: string): string {
    return this.secretTexts.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), stripVTControlCharacters(text));
  }
}

function stepMetadata(step: Step, result: ResourceRecord | undefined): StepMetadata {
  const { old, next, diff } = { old: undefined, next: undefined, diff: undefined, ...step };
  const current = result ?? next;
  const detailedDiff = Object.entries(diff?.detailed ?? {}).map(([path, diffKind]) => [path, { diffKind, inputDiff: true }]);
  return {
    op: step.op,
    urn: stepUrn(step),
    type: (current ?? old)?.type ?? "",
    ...(old === undefined ? {} : { old: stateMetadata(old) }),
    ...(current === undefined ? {} : { new: stateMetadata(current) }),
    ...(diff === undefined
      ? {}
      : { keys: [...diff.replaceKeys], diffs: topLevelKeys(diff.detailed), detailedDiff: Object.fromEntries(detailedDiff) }),
    logical: step.op !== "create-replacement" && step.op !== "delete-replaced",
    provider: (current ?? old)?.provider ?? "",
  } as StepMetadata;
}

function topLevelKeys(detailed: Readonly<Record<string, unknown>>): string[] {
  return [...new Set(Object.keys(detailed).map((path) => /^[^.[]+/.exec(path)?.[0] ?? path))].sort();
}

function stateMetadata(record: ResourceRecord): NonNullable<StepMetadata["old"]> {
  return {
    type: record.type,
    urn: record.urn,
    custom: record.custom,
    id: record.id,
    parent: record.parent,
    provider: record.provider,
    protect: record.protect,
    retainOnDelete: record.retainOnDelete,
    inputs: redactMap(record.inputs),
    outputs: redactMap(record.outputs),
  };
}

function redactMap(map: PropertyMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, redact(value)]));
}
