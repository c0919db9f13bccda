import { askFlows, type FlowArgs } from "../operations/flow/ask-flows";
import type { GatheredReport } from "../operations/gather/gather";
import type { Method } from "../operations/move";
import type { EngineVerb } from "../operations/pulumi-cli";
import type { PlannedDaemon } from "../plan/model/daemon";
import { SCALE_ASSUMPTIONS, type ScaleAssumptions } from "../plan/scale/assumptions";
import { renderAggregatorGroups } from "../plan/scale/render-groups";
import { planScale, type ScalePlan } from "../plan/scale/scale";
import { listMembers, planTopology } from "../plan/topology/plan-topology";
import type { SiteTopology } from "../plan/topology/site-topology";
import type { ExportJson } from "../stack/deployment-json";
import type { FoundLock } from "../stack/lock-files";
import type { LockHolder } from "../stack/lock-holder";
import { isInFiles } from "../stack/open-stack";
import { cancelStack, exportStack, findLocks, importStack } from "../stack/stack-admin";
import { type CarryOutArgs, carryOut } from "./carry-out";
import type { RollbackOptions, RunOptions } from "./run-options";
import { RunRecord } from "./run-record";
import { type PlanResult, readCheckedPlan, readSitePlan } from "./site-plan";
import { type CarryOut, SiteRun } from "./site-run";
import type { SiteEngine } from "./stack-engine";
import type { KeptUpgrade } from "./upgrade-file";
import { type AdoptedSite, adoptStack, previewAdoption } from "./verbs/adopt-stack";
import type { PolicyArgs, PolicyReport } from "./verbs/check-policies";
import { type ForgetArgs, type ForgetReport, forgetHosts } from "./verbs/forget-hosts";
import { HostVerbs } from "./verbs/host-verbs";
import { type MovedStack, moveStack } from "./verbs/move-stack";
import { type RunDetails, readRunDetails, readSiteHistory, type SiteHistoryEntry } from "./verbs/read-history";
import { listCandidates, withFilesOf } from "./verbs/roll-back";
import { SiteBundle } from "./verbs/site-bundle";
import { SiteConfig } from "./verbs/site-config";
import type { RunPart, SiteContext } from "./verbs/site-context";
import { SiteHosts } from "./verbs/site-hosts";
import { SiteImages } from "./verbs/site-images";
import { SiteMungeKey } from "./verbs/site-munge-key";
import { type ExecArgs, type ExecReport, execOnHosts, type FollowLogsArgs, followSiteLogs, type LogsArgs, readLogs } from "./verbs/talk";
import type { UpgradeArgs, UpgradeHooks, UpgradeReport } from "./verbs/upgrade-args";
import { pauseUpgrade, readUpgrade, takeUpUpgrade, upgradeStack } from "./verbs/upgrade-stack";

/** What the size of a stack comes to. */
export interface SiteScale extends ScalePlan {
  /** `ldms:aggregators` with as many hosts as are proposed, as YAML; absent where nothing of it would change. */
  readonly groups?: string;
}

export interface TopologyArgs {
  readonly rates?: FlowArgs;
}

/**
 * One site's stack, with a method for each verb of `ldms`. Any number may be open in one process; runs of one stack keep each other out by its lock.
 * Every method that reads the stack file throws ConfigError with every problem of it.
 */
export class Site extends HostVerbs {
  readonly images: SiteImages;
  readonly mungeKey: SiteMungeKey;
  readonly hosts: SiteHosts;
  readonly config: SiteConfig;
  readonly bundle: SiteBundle;
  private readonly context: SiteContext;
  private readonly runs = new Set<SiteRun>();

  constructor(private readonly siteEngine: SiteEngine) {
    super(siteEngine.location);
    const context: SiteContext = { location: this.location, start: this.start.bind(this) };
    this.context = context;
    this.images = new SiteImages(context);
    this.mungeKey = new SiteMungeKey(context);
    this.hosts = new SiteHosts(context);
    this.config = new SiteConfig(context);
    this.bundle = new SiteBundle(context);
  }

  get stack(): string {
    return this.location.stack;
  }

  /** Where its Pulumi.yaml and Pulumi.STACK.yaml are. */
  get folder(): string {
    return this.location.projectFolder;
  }

  get engine(): SiteEngine["name"] {
    return this.siteEngine.name;
  }

  /** Contacts no host and changes nothing. */
  plan(): Promise<PlanResult> {
    return readCheckedPlan(this.location);
  }

  /** Batches, image pulls, aggregators, maestro: contacts no host. */
  async scale(assumptions: Partial<ScaleAssumptions> = {}): Promise<SiteScale> {
    const { config, plan } = await readSitePlan(this.location);
    const scaled = planScale(config, plan, { ...SCALE_ASSUMPTIONS, ...assumptions });
    const groups = renderAggregatorGroups(config, scaled.aggregators);
    return { ...scaled, ...(groups !== undefined && { groups }) };
  }

  /**
   * Which groups of daemons there are, who pulls whom, and where rows go: contacts no host.
   * @param args with `rates` every aggregator is asked how many are connected, and what comes and is stored in so many seconds
   */
  async topology({ rates }: TopologyArgs = {}): Promise<SiteTopology> {
    const { config, located } = await readSitePlan(this.location);
    const topology = planTopology(config);
    return rates ? askFlows(located, topology, listMembers(config), rates) : topology;
  }

  /** The daemons of each group, by the id that it has in `topology()`: contacts no host. */
  async members(): Promise<ReadonlyMap<string, readonly PlannedDaemon[]>> {
    return listMembers((await readSitePlan(this.location)).config);
  }

  /** Runs a command on hosts, or inside containers, and comes back with what each said. For people at a terminal: it does whatever it is told. */
  exec(args: ExecArgs): Promise<ExecReport> {
    return execOnHosts(this.location, args);
  }

  /** The last lines of containers' logs. */
  logs(args: LogsArgs = {}): Promise<GatheredReport> {
    return readLogs(this.location, args);
  }

  /** Their lines as they come, until the signal comes or all logs have ended; of 32 containers at most. */
  followLogs(args: FollowLogsArgs): Promise<void> {
    return followSiteLogs(this.location, args);
  }

  preview(options: RunOptions = {}): SiteRun {
    return this.start("preview", options);
  }

  /** Looks at every host first, as `ldms up` does; waits for the data only where `waitSeconds` says so. */
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

  /** A preview under the policy pack, and the rules on the plan: contacts no host, reads no state, needs no `pulumi`. */
  policy(args: PolicyArgs = {}): Promise<PolicyReport> {
    // An engine, which takes half a second to load.
    const { checkPolicies } = require("./verbs/check-policies") as typeof import("./verbs/check-policies");
    return checkPolicies(this.location, args);
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return this.siteEngine.records().outputs();
  }

  /** The runs so far, the newest first. */
  async history(): Promise<readonly SiteHistoryEntry[]> {
    return readSiteHistory(this.location, await this.siteEngine.records().history());
  }

  /** One run of the history with all that is kept of it. @throws BadInputError for one that is not there */
  runDetails(run: number): Promise<RunDetails> {
    return readRunDetails(this.location, run);
  }

  /** Runs that `rollback` takes, the newest first. */
  rollbackCandidates(): Promise<readonly SiteHistoryEntry[]> {
    return listCandidates(this.location);
  }

  /**
   * An `up` with the stack file, the files beside it and the image digests of an earlier run, and the secrets of today. These files are those on the
   * disk from then on; what they take the place of is kept beside. Where nothing was changed on the hosts, today's files are back at its end.
   */
  rollback(run: number, options: RollbackOptions = {}): SiteRun {
    const message = [`back to run ${run}`, ...(options.message ? [options.message] : [])].join(": ");
    return this.begin(options, (args) => {
      const seen = new RunRecord();
      const onEvent: typeof args.onEvent = (event) => {
        seen.add(event);
        args.onEvent(event);
      };
      return withFilesOf(
        this.location,
        run,
        () => seen.hasRun,
        (restored) => {
          options.onRestored?.(restored);
          return this.carryOut("up", { ...options, message }, { ...args, onEvent, backTo: run });
        },
      );
    });
  }

  /**
   * Gives the stack's images another tag: pulls them on every host first, then restarts batch after batch, in the order that is safe for LDMS, and
   * compares the data behind each with what came before. What comes of it is in its `outcome`.
   * @throws BadInputError where it cannot begin
   */
  upgrade(args: UpgradeArgs): Promise<UpgradeReport> {
    return upgradeStack(this.context, args);
  }

  /** The last upgrade, however far it came; undefined where there was none. */
  upgradeStatus(): Promise<KeptUpgrade | undefined> {
    return readUpgrade(this.context);
  }

  /** Has an upgrade that is under way, in whichever process, stop behind its batch. @throws BadInputError where none is */
  pauseUpgrade(): Promise<KeptUpgrade> {
    return pauseUpgrade(this.context);
  }

  /** Goes on with an upgrade that was paused, stopped or killed. */
  resumeUpgrade(args: UpgradeHooks = {}): Promise<UpgradeReport> {
    return takeUpUpgrade(this.context, "resume", args);
  }

  /** Takes back what an upgrade has begun: without a canary, and past hosts that fail. */
  abortUpgrade(args: UpgradeHooks = {}): Promise<UpgradeReport> {
    return takeUpUpgrade(this.context, "abort", args);
  }

  /** The state as `pulumi stack export` prints it; secrets stay encrypted. */
  export(): Promise<ExportJson> {
    return exportStack(this.location);
  }

  /** Puts an exported state in the place of the stack's own. @param text JSON that `export` gave. @throws BadInputError for what is no such export */
  import(text: string): Promise<void> {
    return importStack(this.location, text);
  }

  /**
   * Takes hosts that never come back out of the state, and out of what the heads of the method `fan-out` remember; contacts none of them. The stack file
   * has to name them no longer. @throws BadInputError where it does, or for hosts that the stack does not know: nothing was changed then
   */
  forget(args: ForgetArgs): Promise<ForgetReport> {
    return forgetHosts(this.location, args);
  }

  /** Hands the hosts to the other method: changes the stack file and the state, and contacts no host; no container is restarted. */
  move(to: Method): Promise<MovedStack> {
    return moveStack(this.location, to);
  }

  /**
   * Takes over containers that run already, started by hand or by a stack whose state is lost: no container is restarted, and an `up` afterwards changes
   * only what differs from the stack file. Without `yes` it says container by container what it comes to, and changes nothing.
   */
  adopt({ yes = false }: { readonly yes?: boolean } = {}): Promise<AdoptedSite> {
    if (!yes) return previewAdoption(this.location);
    return adoptStack({ location: this.location, start: this.start.bind(this) }, this.engine);
  }

  /** Who is at work on the stack just now, here or elsewhere; of a backend in the cloud nobody here can tell. */
  async locks(): Promise<readonly FoundLock[]> {
    return isInFiles(this.location) ? findLocks(this.location) : [];
  }

  /**
   * Ends this site's runs of this process, then removes every lock that is left: only for when its holder is gone for certain.
   * @returns who held them, where they said
   */
  async cancel(): Promise<readonly LockHolder[]> {
    return (await this.removeLocks()).flatMap(({ holder }) => holder ?? []);
  }

  /** The same. @returns every lock that was removed, with why it names no holder where it does not */
  async removeLocks(): Promise<readonly FoundLock[]> {
    await Promise.all([...this.runs].map((run) => run.cancel()));
    return cancelStack(this.location);
  }

  private start(verb: EngineVerb, options: RunOptions, part: RunPart = {}): SiteRun {
    return this.begin(options, (args) => this.carryOut(verb, options, { ...args, ...part }));
  }

  private carryOut(
    verb: EngineVerb,
    options: RunOptions,
    args: Pick<CarryOutArgs, "onEvent" | "pace" | "signal" | "scope" | "ofUpgrade" | "backTo">,
  ): ReturnType<CarryOut> {
    const { location, engine } = this;
    return carryOut({ ...args, location, engine, openEngine: () => this.siteEngine.open(), verb, options, hooks: options });
  }

  private begin({ signal }: RunOptions, work: CarryOut): SiteRun {
    const run = new SiteRun(work, signal);
    this.runs.add(run);
    const forget = () => this.runs.delete(run);
    run.result.then(forget, forget);
    return run;
  }
}
