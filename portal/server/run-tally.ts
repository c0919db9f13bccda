import { isRunStep } from "../../automation/run-record";
import type { EngineEvent } from "../../engine/events/events";
import type { Difference } from "../../plan/deployed/differences";
import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import type { PreviewEntry, RunProgress, RunView } from "../api";
import { listEntries, type SeenStep } from "./preview-view";
import { isBookkeeping, type StepMetadata, type StepPlace, type StepPlaces, wordOfType } from "./step-place";

interface Tallied extends SeenStep {
  state: "wanted" | "done" | "failed";
}

const MOST_FAILURES = 50;
/** More of one message is no message any more. */
const MOST_CHARACTERS = 2000;

/** What a run's events come to, group by group. */
export class RunTally {
  /** Something is changed, and not only previewed. */
  hasBegun = false;
  changes: Readonly<Record<string, number>> = {};
  differences: readonly Difference[] = [];
  private steps = new Map<string, Tallied>();
  private readonly failed: { readonly place: StepPlace | undefined; readonly text: string }[] = [];

  constructor(private readonly places: StepPlaces) {}

  add({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, differencesEvent, summaryEvent }: EngineEvent): void {
    if (resourcePreEvent) this.begin(resourcePreEvent.metadata, resourcePreEvent.planning === true);
    if (resOutputsEvent && resOutputsEvent.planning !== true) this.end(resOutputsEvent.metadata, "done");
    if (resOpFailedEvent) this.end(resOpFailedEvent.metadata, "failed");
    if (diagnosticEvent?.severity === "error") this.fail(diagnosticEvent.urn ?? "", diagnosticEvent.message.trim());
    if (differencesEvent) this.differences = differencesEvent.differences;
    if (summaryEvent) this.changes = summaryEvent.resourceChanges as Readonly<Record<string, number>>;
  }

  get progress(): readonly RunProgress[] {
    const groups = groupBy([...this.steps.values()], ({ place }) => place.group);
    return [...groups].map(([group, steps]) => ({
      group,
      wanted: steps.length,
      done: steps.filter(({ state }) => state === "done").length,
      failed: steps.filter(({ state }) => state === "failed").length,
    }));
  }

  get failures(): RunView["failures"] {
    const alike = groupBy(this.failed, ({ text }) => text);
    return [...alike].slice(0, MOST_FAILURES).map(([text, group]) => {
      const hosts = [...new Set(group.flatMap(({ place }) => place?.hosts ?? []))];
      return { hosts: foldHosts(hosts), count: Math.max(hosts.length, group.length), text };
    });
  }

  get entries(): readonly PreviewEntry[] {
    return listEntries([...this.steps.values()], this.differences);
  }

  private begin(metadata: StepMetadata, isPlanned: boolean): void {
    if (!isPlanned && metadata.op !== "same") this.hasBegun = true;
    if (!isRunStep(metadata) || isBookkeeping(metadata.type)) return;
    const { urn, type } = metadata;
    const op = metadata.op as PreviewEntry["op"];
    const place = this.places.find(metadata);
    this.steps.set(urn, { op, what: place.isBatch ? "batch" : wordOfType(type), place, state: "wanted" });
  }

  private end({ urn }: StepMetadata, state: Tallied["state"]): void {
    const step = this.steps.get(urn);
    if (step && step.state === "wanted") step.state = state;
  }

  private fail(urn: string, text: string): void {
    this.failed.push({
      place: this.steps.get(urn)?.place,
      text: text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text,
    });
  }
}
