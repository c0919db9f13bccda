import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import type { Difference } from "../../plan/deployed/differences";
import { FoldedDifferences } from "../../plan/deployed/fold-differences";

/** Those of a resource that stays say what a host has that comes to it, or has left it. */
const STEPS: ReadonlySet<string> = new Set(["same", "create", "update", "delete"]);

/** What a run changes on the hosts, in words, from the events of either engine. */
export class DifferencesOfRun {
  private folded = new FoldedDifferences();

  see({ preludeEvent, resourcePreEvent }: EngineEvent): void {
    // An update behind its preview says everything once more.
    if (preludeEvent) this.folded = new FoldedDifferences();
    if (resourcePreEvent?.metadata.type !== DEPLOYED_TYPE) return;
    const { op, old, new: next } = resourcePreEvent.metadata;
    // A refresh in front of these steps would say it twice.
    if (!STEPS.has(op)) return;
    this.folded.add(old?.inputs, next?.inputs);
  }

  get all(): readonly Difference[] {
    return this.folded.all;
  }
}
