import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import { type ResourceRecord, urnsNeededBy } from "../../stack/resource-record";
import type { Step } from "../events/step";
import type { RunContext } from "../run/run-context";

export interface DeletePlan {
  /** Each with the steps that must be done before it: the deletes of what needs it. */
  readonly deletes: ReadonlyMap<Step, readonly Step[]>;
  /** Would be deleted but something that stays needs them. */
  readonly kept: readonly { readonly record: ResourceRecord; readonly neededBy: string }[];
  /** Would be deleted but are protected. */
  readonly guarded: readonly ResourceRecord[];
}

/** What goes at the end of a run: replaced resources, and those that the program (`isRegistered`) does not ask for any more. */
export function planDeletes(context: RunContext, isRegistered: (record: ResourceRecord) => boolean): DeletePlan {
  const { snapshot, targets } = context;
  const candidates = snapshot.untouched.filter((record) => targets.includes(record.urn) && (record.isCondemned || !isRegistered(record)));
  const { going, kept } = keepWhatIsNeeded(context, candidates);
  const guarded = going.filter((record) => record.protect && !record.isCondemned);
  return { deletes: orderDeletes(going), kept, guarded };
}

/** A resource stays as long as one that stays needs it; what it needs itself stays then too. */
function keepWhatIsNeeded(
  context: RunContext,
  candidates: readonly ResourceRecord[],
): { readonly going: readonly ResourceRecord[]; readonly kept: DeletePlan["kept"] } {
  const going = new Set(candidates);
  const kept: { readonly record: ResourceRecord; readonly neededBy: string }[] = [];
  // A replaced resource shares its URN with its successor, which is what others need.
  const byUrn = new Map([...going].filter((record) => !record.isCondemned).map((record) => [record.urn, record]));
  const staying = context.snapshot.present.filter((record) => !going.has(record));
  for (let holder = staying.pop(); holder !== undefined; holder = staying.pop()) {
    for (const urn of urnsHeldBy(holder)) {
      const needed = byUrn.get(urn);
      if (needed === undefined || !going.delete(needed)) continue;
      kept.push({ record: needed, neededBy: holder.urn });
      staying.push(needed);
    }
  }
  return { going: [...going], kept };
}

/** Words about a thing come after it, and do not need it: the state drops what is gone from their dependencies. */
function urnsHeldBy(record: ResourceRecord): readonly string[] {
  return record.type === DEPLOYED_TYPE ? [record.parent] : urnsNeededBy(record);
}

/** Each behind those that need it and stand later in the state: by names alone, generations of replaced resources could wait for each other. */
function orderDeletes(going: readonly ResourceRecord[]): ReadonlyMap<Step, readonly Step[]> {
  const entries = going.map((record) => ({ record, step: stepFor(record), needs: new Set(urnsNeededBy(record)) }));
  return new Map(
    entries.map(({ record, step }, index) => [
      step,
      entries.slice(index + 1).flatMap((later) => (later.needs.has(record.urn) ? [later.step] : [])),
    ]),
  );
}

function stepFor(old: ResourceRecord): Step {
  if (old.isPendingReplacement) return { op: "remove-pending-replace", old };
  return old.isCondemned ? { op: "delete-replaced", old, isEarly: false } : { op: "delete", old };
}
