import { cancelStack, type HistoryEntry } from "../engine/stack-admin";
import type { LockHolder } from "../engine/stack-lock";
import type { EngineVerb } from "../operations/pulumi-cli";
import { today } from "../operations/today";
import type { DeploymentPlan } from "../plan/deployment-plan";
import type { Violation } from "../plan/errors";
import { assertNoViolations, checkPlan } from "../plan/rules/check-plan";
import { CancelledError } from "./errors";
import { assertSameMethod, excludesOfHosts, lookAtHosts } from "./run-begin";
import { readSitePlan } from "./site-plan";
import { SiteRun } from "./site-run";
import type { EngineRunArgs, StackEngine } from "./stack-engine";

export interface RunOptions {
  /** Ask the hosts first what there is. @default false */
  readonly refresh?: boolean;
  /** URNs; `*` and `**` are wild cards. */
  readonly targets?: readonly string[];
  readonly excludes?: readonly string[];
  /** Folders of policy packs; `POLICY_PACK` is this package's own. */
  readonly policyPacks?: readonly string[];
  /** Go on with a state that the other engine wrote; everything is refreshed first. @default false */
  readonly takeOver?: boolean;
  readonly signal?: AbortSignal;
}

/** What the stack's configuration comes to, and every rule that it breaks. */
export interface PlanResult {
  readonly plan: DeploymentPlan;
  readonly violations: readonly Violation[];
}

/** One site's stack. Any number may be open in one process; runs of one stack keep each other out by its lock. */
export class Site {
  private readonly runs = new Set<SiteRun>();

  constructor(private readonly stackEngine: StackEngine) {}

  get stack(): string {
    return this.stackEngine.location.stack;
  }

  get engine(): StackEngine["name"] {
    return this.stackEngine.name;
  }

  /** Contacts no host and changes nothing. @throws ConfigError with every problem of the configuration */
  async plan(): Promise<PlanResult> {
    const { plan } = await readSitePlan(this.stackEngine.location);
    return { plan, violations: checkPlan(plan, today()) };
  }

  preview(options: RunOptions = {}): SiteRun {
    return this.start("preview", options);
  }

  /** Looks at every host first, as `ldms up` does. */
  up(options: RunOptions = {}): SiteRun {
    return this.start("up", options);
  }

  /** Reads what the hosts really have into the state. */
  refresh(options: RunOptions = {}): SiteRun {
    return this.start("refresh", options);
  }

  destroy(options: RunOptions = {}): SiteRun {
    return this.start("destroy", options);
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return this.stackEngine.outputs();
  }

  history(): Promise<readonly HistoryEntry[]> {
    return this.stackEngine.history();
  }

  /**
   * Ends this site's runs of this process, then removes every lock that is left: only for when its holder is gone for certain.
   * @returns who held them
   */
  async cancel(): Promise<readonly LockHolder[]> {
    await Promise.all([...this.runs].map((run) => run.cancel()));
    return cancelStack(this.stackEngine.location);
  }

  private start(verb: EngineVerb, options: RunOptions): SiteRun {
    const run = new SiteRun((args) => this.carryOut(verb, options, args), options.signal);
    this.runs.add(run);
    const forget = () => this.runs.delete(run);
    run.result.then(forget, forget);
    return run;
  }

  private async carryOut(verb: EngineVerb, options: RunOptions, args: Pick<EngineRunArgs, "onEvent" | "pace" | "signal">) {
    const { plan, violations } = await this.plan();
    // What breaks a rule may always be taken away.
    if (verb !== "destroy") assertNoViolations(violations);
    if (verb === "up" || verb === "preview") await assertSameMethod(this.stackEngine.location, plan);
    const skippedHosts = verb === "up" && plan.method === "docker" ? await this.look(plan, args.signal) : [];
    if (args.signal.aborted) throw new CancelledError({});
    const end = await this.stackEngine.run({
      ...args,
      verb,
      isRefresh: options.refresh === true,
      isTakingOver: options.takeOver === true,
      targets: options.targets ?? [],
      excludes: [...(options.excludes ?? []), ...excludesOfHosts(plan, skippedHosts)],
      policyPacks: options.policyPacks ?? [],
    });
    return { ...end, skippedHosts };
  }

  private async look(plan: DeploymentPlan, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return (await lookAtHosts(plan, signal)).skipped;
    } catch (error) {
      throw signal.aborted ? new CancelledError({}) : error;
    }
  }
}
