import type { ResourceRecord } from "../../stack/resource-record";
import type { DiffResult } from "../provider/provider";

/** One thing to be done to one resource, in Pulumi's words for it. `next` has no id and no outputs yet where the provider is to make them. */
export type Step =
  | { readonly op: "same"; readonly old: ResourceRecord; readonly next: ResourceRecord }
  | { readonly op: "create"; readonly next: ResourceRecord }
  | { readonly op: "update"; readonly old: ResourceRecord; readonly next: ResourceRecord; readonly diff: DiffResult }
  /** Only says that the two steps around it are one replacement. */
  | { readonly op: "replace"; readonly old: ResourceRecord; readonly next: ResourceRecord; readonly diff: DiffResult }
  | {
      readonly op: "create-replacement";
      readonly old: ResourceRecord;
      readonly next: ResourceRecord;
      readonly diff: DiffResult;
      readonly isOldDeleted: boolean;
    }
  /** `isEarly`: before its replacement is created (delete-before-replace), so that it stays in the state as pending. */
  | { readonly op: "delete-replaced"; readonly old: ResourceRecord; readonly isEarly: boolean }
  | { readonly op: "delete"; readonly old: ResourceRecord }
  /** Forgets a resource that was deleted for a replacement that the program no longer asks for. */
  | { readonly op: "remove-pending-replace"; readonly old: ResourceRecord }
  | { readonly op: "refresh"; readonly old: ResourceRecord };

export type StepOp = Step["op"];

export function stepUrn(step: Step): string {
  return "next" in step ? step.next.urn : step.old.urn;
}

/** Under what a finished step stands in the summary; a replacement counts when the new resource is there. Undefined for what is not counted. */
export function countedAs(op: StepOp): string | undefined {
  if (op === "create-replacement") return "replace";
  return op === "same" || op === "create" || op === "update" || op === "delete" ? op : undefined;
}
