import { randomUUID } from "node:crypto";
import type { PropertyMap } from "../../stack/property-value";
import type { ResourceRecord } from "../../stack/resource-record";
import { isDefaultProviderUrn, isProviderType, makeProviderReference } from "../../stack/urn";
import { countedAs, type Step, stepUrn } from "../events/step";
import { withTimeout } from "../goal/step-timeout";
import { markKeysSecret, markSecrets, unwrapSecretsIn } from "../provider/property-secrets";
import { type Provider, ProviderError } from "../provider/provider";
import type { RunContext } from "../run/run-context";
import { toState } from "./diff-resource";
import { providerCall } from "./provider-call";
import type { Slots } from "./step-slots";

/** Carries out steps: says so, does it through the provider, records it. In a preview it only works out what would come of them. */
export class StepExecutor {
  constructor(
    private readonly context: RunContext,
    private readonly slots: Slots,
  ) {}

  /**
   * Does the steps of one resource in turn.
   * @returns what the last one left, undefined when the resource is gone.
   * @throws whatever the step that failed met; it is reported and counted by then.
   */
  async run(steps: readonly Step[], provider: Provider | undefined): Promise<ResourceRecord | undefined> {
    let result: ResourceRecord | undefined;
    for (const step of steps) result = (await this.slots.run(() => this.runStep(step, provider))) ?? result;
    return result;
  }

  private async runStep(step: Step, provider: Provider | undefined): Promise<ResourceRecord | undefined> {
    const { events, outcome } = this.context;
    const urn = stepUrn(step);
    try {
      await events.pace();
      if (!outcome.isStopped) return await this.showAndCarryOut(step, provider);
    } catch (error) {
      outcome.fail(urn, error);
      events.stepFailed(step, error instanceof Error ? error.message : String(error));
      throw error;
    }
    throw new Error(`\`${urn}\`: was not begun, the run is ending`);
  }

  private async showAndCarryOut(step: Step, provider: Provider | undefined): Promise<ResourceRecord | undefined> {
    const { events, outcome, isPreview } = this.context;
    const isShown = !isDefaultProviderUrn(stepUrn(step));
    if (isShown) events.stepStarted(step, isPreview);
    const result = await this.carryOut(step, provider);
    const counted = countedAs(step.op);
    if (isShown && counted !== undefined) outcome.count(counted);
    if (isShown) events.stepDone(step, result, isPreview);
    return result;
  }

  private carryOut(step: Step, provider: Provider | undefined): Promise<ResourceRecord | undefined> {
    switch (step.op) {
      case "same":
        return this.same(step.old, step.next, provider);
      case "create":
        return this.create(step.next, undefined, false, provider);
      case "create-replacement":
        return this.create(step.next, step.old, step.isOldDeleted, provider);
      case "update":
        return this.update(step.old, step.next, provider);
      case "replace":
        return Promise.resolve(undefined);
      case "delete":
        return this.remove(step.old, undefined);
      case "delete-replaced":
        return this.remove(step.old, step.isEarly ? { ...step.old, isPendingReplacement: true } : undefined);
      case "remove-pending-replace":
        return this.context.snapshot.commit(undefined, { old: step.old }).then(() => undefined);
      case "refresh":
        throw new Error("refresh: is not a step of this executor");
      default:
        return step satisfies never;
    }
  }

  /** Nothing happens to the resource; a record that says something new is written with the next one that must be. */
  private async same(old: ResourceRecord, next: ResourceRecord, provider: Provider | undefined): Promise<ResourceRecord> {
    await this.registerProvider(next, provider);
    this.context.snapshot.apply({ old, next });
    return next;
  }

  private async create(
    draft: ResourceRecord,
    old: ResourceRecord | undefined,
    isOldDeleted: boolean,
    provider: Provider | undefined,
  ): Promise<ResourceRecord> {
    const { snapshot, isPreview } = this.context;
    const isRemote = draft.custom && !isProviderType(draft.type);
    const fresh: ResourceRecord = { ...draft, id: "", outputs: {}, created: "", modified: "" };
    const resumed = snapshot.interruptedCreates.find(({ urn }) => urn === draft.urn);
    const token = isRemote && !isPreview ? await snapshot.begin("creating", { ...fresh, id: resumed?.id ?? "" }) : undefined;
    try {
      const made = await this.make(fresh, resumed, provider);
      const now = new Date().toISOString();
      const next = { ...fresh, id: made.id, outputs: this.secretOutputs(fresh, made.outputs), created: now, modified: now };
      if (!isPreview) snapshot.settle(next.urn);
      const oldAfter = old === undefined || isOldDeleted ? undefined : { ...snapshot.current(old), isCondemned: true };
      await snapshot.commit(token, { old, oldAfter, next });
      await this.registerProvider(next, provider);
      return next;
    } catch (error) {
      if (token !== undefined) await (isOutcomeOpen(error) ? snapshot.leaveOpen(token) : snapshot.abandon(token));
      throw error;
    }
  }

  private async make(
    record: ResourceRecord,
    resumed: ResourceRecord | undefined,
    provider: Provider | undefined,
  ): Promise<{ readonly id: string; readonly outputs: PropertyMap }> {
    if (!record.custom) return { id: "", outputs: {} };
    if (isProviderType(record.type)) return { id: this.context.isPreview ? "" : randomUUID(), outputs: providerOutputs(record.inputs) };
    const plain = unwrapSecretsIn(record.inputs);
    // Other outputs are missing, and so unknown to the program, until they are made.
    if (this.context.isPreview) return { id: "", outputs: plain };
    const identity = { urn: record.urn, type: record.type };
    const call = { ...providerCall(this.context, record, "create"), ...(resumed && resumed.id !== "" && { takenOverId: resumed.id }) };
    const making = requireProvider(provider).create(identity, plain, resumed !== undefined, call);
    return withTimeout(record, "create", making);
  }

  private async update(old: ResourceRecord, draft: ResourceRecord, provider: Provider | undefined): Promise<ResourceRecord> {
    const { snapshot, isPreview } = this.context;
    const isRemote = draft.custom && !isProviderType(draft.type);
    const token = isRemote && !isPreview ? await snapshot.begin("updating", old) : undefined;
    try {
      const outputs = await this.change(old, draft, provider);
      const next = {
        ...draft,
        id: old.id,
        outputs: this.secretOutputs(draft, outputs),
        created: old.created,
        modified: new Date().toISOString(),
      };
      await snapshot.commit(token, { old, next });
      await this.registerProvider(next, provider);
      return next;
    } catch (error) {
      if (token !== undefined) await snapshot.abandon(token);
      throw error;
    }
  }

  private async change(old: ResourceRecord, draft: ResourceRecord, provider: Provider | undefined): Promise<PropertyMap> {
    if (!draft.custom) return old.outputs;
    if (isProviderType(draft.type)) return providerOutputs(draft.inputs);
    const plain = unwrapSecretsIn(draft.inputs);
    if (this.context.isPreview) return plain;
    return withTimeout(draft, "update", requireProvider(provider).update(toState(old), plain, providerCall(this.context, draft, "update")));
  }

  private async remove(original: ResourceRecord, after: ResourceRecord | undefined): Promise<undefined> {
    const { snapshot, isPreview, providers } = this.context;
    const old = snapshot.current(original);
    const isRemote = old.custom && !isProviderType(old.type) && !old.retainOnDelete && !old.isPendingReplacement;
    if (isRemote && !isPreview) {
      const token = await snapshot.begin("deleting", old);
      try {
        const provider = await providers.get(old.provider);
        await withTimeout(old, "delete", provider.delete(toState(old), providerCall(this.context, old, "delete")));
      } catch (error) {
        await snapshot.abandon(token);
        throw error;
      }
      await snapshot.commit(token, { old, oldAfter: after });
    } else {
      await snapshot.commit(undefined, { old, oldAfter: after });
    }
    return undefined;
  }

  private async registerProvider(record: ResourceRecord, provider: Provider | undefined): Promise<void> {
    if (!isProviderType(record.type) || provider === undefined) return;
    await this.context.providers.register(record, makeProviderReference(record.urn, record.id), provider);
  }

  private secretOutputs(record: ResourceRecord, outputs: PropertyMap): PropertyMap {
    return markKeysSecret(markSecrets(outputs, record.inputs), record.additionalSecretOutputs);
  }
}

function requireProvider(provider: Provider | undefined): Provider {
  if (provider === undefined) throw new Error("engine: a resource of a provider came without one");
  return provider;
}

/** What the state keeps as a provider's outputs: its inputs without the engine's own. */
function providerOutputs({ __internal, ...outputs }: PropertyMap): PropertyMap {
  return outputs;
}

/** Whether the object may exist although the create failed: its connection broke, or its time was up. */
function isOutcomeOpen(error: unknown): boolean {
  return error instanceof ProviderError && error.isOutcomeOpen;
}
