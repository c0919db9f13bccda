import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import type { Difference } from "../../plan/deployed/differences";
import { FoldedDifferences } from "../../plan/deployed/fold-differences";

/** What a run changes on the hosts, in words, from the events of either engine. */
export class DifferencesOfRun {
  private folded = new FoldedDifferences();

  see({ preludeEvent, resourcePreEvent }: EngineEvent): void {
    // An update behind its preview says everything once more.
    if (preludeEvent) this.folded = new FoldedDifferences();
    if (resourcePreEvent?.metadata.type !== DEPLOYED_TYPE || resourcePreEvent.metadata.op !== "update") return;
    const { old, new: next } = resourcePreEvent.metadata;
    this.folded.add(old?.inputs, next?.inputs);
  }

  get all(): readonly Difference[] {
    return this.folded.all;
  }
}
