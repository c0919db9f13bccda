import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { isProviderType } from "../../stack/urn";
import { equalValues, markKeysSecret, markSecrets } from "../provider/property-secrets";
import type { ResourceState } from "../provider/provider";
import type { RunContext } from "../run/run-context";
import { toState } from "./diff-resource";
import type { Slots } from "./step-slots";

/** Asks the hosts for every resource of the state and takes what they say; what is gone leaves the state. */
export async function refreshStack(context: RunContext, slots: Slots, isCounting: boolean): Promise<void> {
  const records = context.snapshot.untouched.filter((record) => isReadable(record) && context.targets.includes(record.urn));
  await Promise.all(records.map((record) => slots.run(() => refreshOne(context, record, isCounting))));
}

function isReadable(record: ResourceRecord): boolean {
  return record.custom && !isProviderType(record.type) && !record.isCondemned && !record.isPendingReplacement;
}

async function refreshOne(context: RunContext, old: ResourceRecord, isCounting: boolean): Promise<void> {
  const { outcome, events, snapshot, isPreview, providers } = context;
  if (outcome.isStopped) return;
  const step = { op: "refresh", old } as const;
  try {
    events.stepStarted(step, isPreview);
    const provider = await providers.get(old.provider);
    const found = await provider.read(toState(old));
    const next = found === undefined ? undefined : refreshedRecord(old, found);
    if (next !== old) await snapshot.commit(undefined, { old, oldAfter: next });
    if (isCounting) outcome.count(next === undefined ? "delete" : next === old ? "same" : "update");
    events.refreshed(step, next, isPreview, isCounting);
  } catch (error) {
    outcome.fail(old.urn, error);
    events.stepFailed(step, error instanceof Error ? error.message : String(error));
  }
}

/** The very old record where nothing changed; what was secret stays secret. */
function refreshedRecord(old: ResourceRecord, found: ResourceState): ResourceRecord {
  const inputs = keepIfEqual(old.inputs, markSecrets(found.inputs, old.inputs));
  const marked = markSecrets(markSecrets(found.outputs, old.inputs), old.outputs);
  const outputs = keepIfEqual(old.outputs, markKeysSecret(marked, old.additionalSecretOutputs));
  if (inputs === old.inputs && outputs === old.outputs && found.id === old.id) return old;
  return { ...old, id: found.id, inputs, outputs, modified: new Date().toISOString() };
}

function keepIfEqual(old: PropertyMap, next: PropertyMap): PropertyMap {
  return equalValues(old, next) ? old : next;
}
