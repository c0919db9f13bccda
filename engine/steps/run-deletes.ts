import { messageOf } from "../../stack/engine-error";
import type { ResourceRecord } from "../../stack/resource-record";
import type { Step } from "../events/step";
import { unwrapSecretsIn } from "../provider/property-secrets";
import type { RunContext } from "../run/run-context";
import { planDeletes } from "./delete-plan";
import { providerCall } from "./provider-call";
import type { StepExecutor } from "./step-executor";

/** Deletes what the program does not ask for any more, dependents first. Whatever fails keeps what it needs. */
export async function runDeletes(
  context: RunContext,
  executor: StepExecutor,
  isRegistered: (record: ResourceRecord) => boolean,
): Promise<void> {
  const { outcome, events, targets } = context;
  const plan = planDeletes(context, isRegistered);
  if (plan.guarded.length > 0) {
    for (const { urn } of plan.guarded) {
      const message = `\`${urn}\`: is protected and would be deleted\nhelp: take \`protect\` off the resource, run \`up\`, then remove it`;
      events.diagnostic("error", message, urn);
      outcome.failAndStop(urn, message);
    }
    return;
  }
  for (const { record, neededBy } of plan.kept) {
    if (!targets.hasTargets) continue;
    const message = `\`${record.urn}\`: cannot be deleted, \`${neededBy}\` needs it and is outside of the targets\nhelp: add it to --target`;
    events.diagnostic("error", message, record.urn);
    outcome.failAndStop(record.urn, message);
  }
  if (outcome.isStopped) return;
  for (const { record, neededBy } of plan.kept)
    events.diagnostic("warning", `\`${record.urn}\`: is kept, \`${neededBy}\` needs it`, record.urn);
  const running = new Map<Step, Promise<boolean>>();
  const start = (step: Step): Promise<boolean> => {
    const known = running.get(step);
    if (known !== undefined) return known;
    const done = deleteAfter(context, executor, step, (plan.deletes.get(step) ?? []).map(start));
    running.set(step, done);
    return done;
  };
  await Promise.all([...plan.deletes.keys()].map(start));
}

/** True when the resource is gone. */
async function deleteAfter(
  { outcome }: RunContext,
  executor: StepExecutor,
  step: Step,
  before: readonly Promise<boolean>[],
): Promise<boolean> {
  const areGone = await Promise.all(before);
  if (outcome.isStopped) return false;
  if (areGone.includes(false)) {
    if ("old" in step) outcome.skip(step.old.urn);
    return false;
  }
  return executor.run([step], undefined).then(
    () => true,
    () => false,
  );
}

/** Creates of an earlier, killed run that this run did not ask for again: what they may have left goes. */
export async function removeInterruptedCreates(context: RunContext): Promise<void> {
  const { snapshot, providers, outcome, events, targets } = context;
  for (const record of snapshot.interruptedCreates) {
    if (!targets.includes(record.urn) || outcome.isPoisoned(record.urn) || outcome.isStopped) continue;
    try {
      const provider = await providers.get(record.provider);
      const inputs = unwrapSecretsIn(record.inputs);
      const identity = { urn: record.urn, type: record.type };
      // Nobody knows whether the object is there; made again, or taken over, it is, and can be deleted.
      const made = await provider.create(identity, inputs, true, providerCall(context, record, "create"));
      await provider.delete({ ...identity, id: made.id, inputs, outputs: made.outputs }, providerCall(context, record, "delete"));
      snapshot.settle(record.urn);
      await snapshot.save();
      events.diagnostic("info", `\`${record.urn}\`: removed what an interrupted run may have left`, record.urn);
    } catch (error) {
      outcome.fail(record.urn, error);
      events.diagnostic("error", messageOf(error), record.urn);
    }
  }
}
