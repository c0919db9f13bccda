import { DEPLOYED_TYPE } from "../../plan/deployed/deployed";
import type { PropertyMap } from "../../stack/property-value";
import { type ResourceRecord, urnsNeededBy } from "../../stack/resource-record";
import { isDefaultProviderUrn, isProviderType, makeUrn, packageOfType, parseProviderReference, STACK_TYPE } from "../../stack/urn";
import { StopError } from "../events/run-outcome";
import type { Step } from "../events/step";
import { oldUrnsOf } from "../goal/aliases";
import type { Goal } from "../goal/goal";
import { isSameRecord, recordOfGoal } from "../goal/record-of-goal";
import type { DiffResult, Provider } from "../provider/provider";
import type { RunContext } from "../run/run-context";
import { checkResource } from "./check-resource";
import type { DefaultProviders } from "./default-providers";
import { findDependentsToReplace } from "./dependents";
import { diffResource, NO_DIFF, REPLACED_PROVIDER } from "./diff-resource";
import { checkPolicies } from "./policy-check";

/** What a registration comes to. */
export type Decision =
  | { readonly kind: "steps"; readonly record: ResourceRecord; readonly steps: readonly Step[]; readonly provider: Provider | undefined }
  /** Something that it needs failed; or it is outside of the targets and does not exist. */
  | { readonly kind: "skipped" | "absent"; readonly record: ResourceRecord };

/**
 * Decides what is to be done for each registration, one after the other in the order in which they come. Its rules are those of Pulumi's step
 * generator (pkg/resource/deploy/step_generator.go).
 */
export class StepGenerator {
  private readonly oldByUrn: ReadonlyMap<string, ResourceRecord>;
  private readonly seen = new Set<string>();
  private readonly seenOlds = new Set<ResourceRecord>();
  private readonly oldUrnOf = new Map<string, string>();
  private readonly absent = new Set<string>();
  private readonly replaced = new Set<string>();
  private readonly deletedEarly = new Map<string, DiffResult>();
  private readonly rootUrn: string;

  constructor(
    private readonly context: RunContext,
    private readonly defaultProviders: DefaultProviders,
  ) {
    this.oldByUrn = new Map(context.olds.filter((old) => !old.isCondemned).map((old) => [old.urn, old]));
    this.rootUrn = makeUrn(context.stack, context.project, "", STACK_TYPE, `${context.project}-${context.stack}`);
  }

  /** Whether the program asked for this resource of the state again. */
  isRegistered(old: ResourceRecord): boolean {
    return this.seenOlds.has(old) || this.seen.has(old.urn);
  }

  /** @throws StopError for what must end the run before anything else is done. */
  async decide(request: Goal): Promise<Decision> {
    const { stack, project, outcome, targets } = this.context;
    const isRootless = request.type === STACK_TYPE || request.parent !== "" || isDefault(request);
    const goal: Goal = isRootless ? request : { ...request, parent: this.rootUrn };
    const urn = makeUrn(stack, project, goal.parent, goal.type, goal.name);
    if (this.seen.has(urn)) throw new StopError(urn, `\`${goal.name}\`: two resources have the same type, parent and name: \`${urn}\``);
    this.seen.add(urn);
    const old = this.findOld(urn, goal);
    const provider = await this.providerOf(goal);
    const draft = recordOfGoal(urn, goal, goal.inputs, provider.reference, old);
    if (urnsNeededBy(draft).some((needed) => outcome.isPoisoned(needed)) || outcome.isPoisoned(urn))
      return { kind: "skipped", record: draft };
    if ((!isAlwaysIncluded(goal) && !targets.includes(urn)) || this.saysWhatIsExcluded(goal, old))
      return this.decideUntargeted(urn, draft, old);
    this.refuseAbsentNeeds(draft);
    return this.decideTargeted(urn, goal, provider, old);
  }

  private findOld(urn: string, goal: Goal): ResourceRecord | undefined {
    const candidates = [urn, ...oldUrnsOf(goal, this.context.stack, this.context.project, this.oldUrnOf.get(goal.parent))];
    const original = candidates
      .map((candidate) => this.oldByUrn.get(candidate))
      .find((old) => old !== undefined && !this.seenOlds.has(old));
    if (original === undefined) return undefined;
    this.seenOlds.add(original);
    if (original.urn !== urn) this.oldUrnOf.set(urn, original.urn);
    // A resource deleted early for another's replacement is in the state as pending by now.
    const current = this.context.snapshot.current(original);
    this.seenOlds.add(current);
    return current;
  }

  private async providerOf(goal: Goal): Promise<{ readonly reference: string; readonly instance: Provider | undefined }> {
    if (!goal.custom) return { reference: "", instance: undefined };
    if (isProviderType(goal.type)) return { reference: "", instance: this.context.providers.start(packageOfType(goal.type)) };
    const reference = goal.provider === "" ? await this.defaultProviders.reference(packageOfType(goal.type), goal.version) : goal.provider;
    return { reference, instance: await this.context.providers.get(reference) };
  }

  /** Words about what is left alone stay as they are. A target says by its own name that the words are wanted. */
  private saysWhatIsExcluded(goal: Goal, old: ResourceRecord | undefined): boolean {
    if (goal.type !== DEPLOYED_TYPE) return false;
    return [...goal.dependencies, ...(old?.dependencies ?? [])].some((urn) => this.context.targets.excludes(urn));
  }

  private decideUntargeted(urn: string, draft: ResourceRecord, old: ResourceRecord | undefined): Decision {
    if (old === undefined) {
      this.absent.add(urn);
      return { kind: "absent", record: draft };
    }
    const next = old.urn === urn ? old : { ...old, urn, parent: draft.parent, aliases: draft.aliases };
    return { kind: "steps", record: next, steps: [{ op: "same", old, next }], provider: undefined };
  }

  private refuseAbsentNeeds(draft: ResourceRecord): void {
    const missing = urnsNeededBy(draft).find((urn) => this.absent.has(urn));
    if (missing === undefined) return;
    throw new StopError(
      draft.urn,
      `\`${draft.urn}\`: needs a resource that does not exist and is outside of the targets: \`${missing}\`\nhelp: add it to --target, or leave it out of --exclude`,
    );
  }

  private async decideTargeted(
    urn: string,
    goal: Goal,
    provider: { readonly reference: string; readonly instance: Provider | undefined },
    old: ResourceRecord | undefined,
  ): Promise<Decision> {
    const isRecreated = old?.isPendingReplacement === true;
    const oldInputs = old === undefined || isRecreated ? undefined : old.inputs;
    const wanted = oldInputs === undefined ? goal.inputs : ignoreChanges(goal.inputs, oldInputs, goal.ignoreChanges);
    const checked = await checkResource(urn, goal, wanted, provider.instance);
    if (checked.failures.length > 0) {
      const list = checked.failures.map(({ property, reason }) => `\n  - ${property === "" ? "" : `${property}: `}${reason}`).join("");
      throw new StopError(urn, `\`${goal.name}\`: has inputs that its provider refuses:${list}`);
    }
    const inputs = await checkPolicies(this.context, recordOfGoal(urn, goal, checked.inputs, provider.reference, old), goal);
    const next = recordOfGoal(urn, goal, inputs, provider.reference, old);
    const decide = (steps: readonly Step[]): Decision => ({ kind: "steps", record: next, steps, provider: provider.instance });
    if (old === undefined) return decide([{ op: "create", next }]);
    if (isRecreated) return decide(this.createReplacement(old, next, this.deletedEarly.get(urn) ?? NO_DIFF, true));
    const diff = this.reasonToReplace(old, next) ?? (await diffResource(old, inputs, provider.instance));
    if (!diff.changed) return decide([{ op: "same", old, next: isSameRecord(old, next) ? old : next }]);
    if (diff.replaceKeys.length === 0) return decide([{ op: "update", old, next, diff }]);
    const fresh = inputs === checked.inputs ? await this.recheck(urn, goal, next, provider.instance) : next;
    return decide(await this.replace(goal, old, fresh, diff));
  }

  /** A replacement starts without what the old one had in the place of ignored changes. */
  private async recheck(urn: string, goal: Goal, next: ResourceRecord, provider: Provider | undefined): Promise<ResourceRecord> {
    const { inputs } = await checkResource(urn, goal, goal.inputs, provider);
    return { ...next, inputs };
  }

  /** Reasons that lie outside of the resource's own inputs. */
  private reasonToReplace(old: ResourceRecord, next: ResourceRecord): DiffResult | undefined {
    if (old.provider === next.provider) return undefined;
    if (old.provider === "" || next.provider === "") return REPLACED_PROVIDER;
    const [oldRef, newRef] = [parseProviderReference(old.provider), parseProviderReference(next.provider)];
    if (this.oldUrnOf.get(newRef.urn) === oldRef.urn) return undefined;
    // Another default provider of the same package manages the same things; another one that the program chose, or a replaced one, does not.
    const areDefaults = isDefaultProviderUrn(oldRef.urn) && isDefaultProviderUrn(newRef.urn);
    return areDefaults && !this.replaced.has(newRef.urn) ? undefined : REPLACED_PROVIDER;
  }

  private async replace(goal: Goal, old: ResourceRecord, next: ResourceRecord, diff: DiffResult): Promise<readonly Step[]> {
    if (old.protect && next.protect) throw new StopError(next.urn, protectedMessage(next.urn, "replaced"));
    const isDeletedFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
    if (!isDeletedFirst) return this.createReplacement(old, next, diff, false);
    const dependents = await findDependentsToReplace(this.context, old, this.seenOlds);
    const guarded = dependents.find(({ record }) => record.protect);
    if (guarded !== undefined) throw new StopError(next.urn, protectedMessage(guarded.record.urn, `replaced together with \`${old.urn}\``));
    for (const { record, diff: reason } of dependents) this.deletedEarly.set(record.urn, reason);
    const deletes = [...dependents.map(({ record }) => record).reverse(), old].map(
      (record): Step => ({ op: "delete-replaced", old: record, isEarly: true }),
    );
    return [...deletes, ...this.createReplacement(old, next, diff, true)];
  }

  private createReplacement(old: ResourceRecord, next: ResourceRecord, diff: DiffResult, isOldDeleted: boolean): readonly Step[] {
    this.replaced.add(next.urn);
    const replace: Step = { op: "replace", old, next, diff };
    const create: Step = { op: "create-replacement", old, next, diff, isOldDeleted };
    return isOldDeleted ? [replace, create] : [create, replace];
  }
}

/** `inputs` with the old value of every ignored one; where the old inputs have none, neither have the new ones. */
function ignoreChanges(inputs: PropertyMap, oldInputs: PropertyMap, ignored: readonly string[]): PropertyMap {
  const isIgnored = ([name]: readonly [string, unknown]) => ignored.includes(name);
  const kept = Object.entries(inputs).filter((entry) => !isIgnored(entry));
  return Object.fromEntries([...kept, ...Object.entries(oldInputs).filter(isIgnored)]);
}

/**
 * What has no effect on a host by itself takes part in every run: the stack, components, providers. Not a component that depends on what has: it may
 * say of it what is left out.
 */
function isAlwaysIncluded(goal: Goal): boolean {
  return isProviderType(goal.type) || (!goal.custom && goal.dependencies.length === 0);
}

function isDefault(goal: Goal): boolean {
  return isProviderType(goal.type) && goal.parent === "" && (goal.name === "default" || goal.name.startsWith("default_"));
}

function protectedMessage(urn: string, what: string): string {
  return `\`${urn}\`: is protected and would be ${what}\nhelp: take \`protect\` off the resource in the program, run \`up\`, then try again`;
}
