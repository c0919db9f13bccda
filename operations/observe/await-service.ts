import { setTimeout as sleep } from "node:timers/promises";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { HOSTS_AT_ONCE } from "../reach/bounded";
import type { RunOn } from "../reach/run-on-host";
import { runUntil } from "../reach/run-until";
import { withHosts } from "../reach/with-hosts";
import { type AggregatorCheck, checkAggregators, isAggregatorWell } from "./aggregators";
import { askStatus, isWell, type StatusReport } from "./status";
import { findTroubles, type Trouble } from "./troubles";
import { FRESH_SECONDS, isVerified, readStores, type VerifyReport } from "./verify";

/** Whether what was deployed does its work; JSON as it is. */
export interface ServiceReport extends VerifyReport {
  /** Data arrives in every store that can be read, and nothing is in trouble. */
  readonly isWell: boolean;
  /** The worst last. */
  readonly troubles: readonly Trouble[];
  /** Dead sampler hosts within `ldms:tolerate`, which nobody waits for; in the plan's order, behind them those of daemons that the site starts. */
  readonly deadHosts: readonly string[];
}

export interface AwaitArgs {
  /** At most so long; hosts that do not answer at its end may take 45 s more: 10 s each for stores, health, reasons, aggregators; 5 s to hang up. */
  readonly waitSeconds: number;
  /** Only rows from then on count, in milliseconds since 1970: older ones may be of what ran before. */
  readonly sinceMs: number;
  /** Hosts that were left out of the deployment. */
  readonly skippedHosts: readonly string[];
  readonly onReport?: (report: ServiceReport) => void;
  readonly signal?: AbortSignal;
}

const PAUSE_MS = 1000;
/** At a row a second: of more hosts than 3,000 half a minute has to do, as for `verify`; their rows would not be read in time. */
const ROWS_AT_ONCE = 100_000;
/** For one question, where time is up before its answers are there. */
const LAST_WORDS_MS = 10_000;
/** The stores are read at each look: one connection a store. All hosts are asked less often. */
const HEALTH_PAUSE_MS = 5000;
/** For aggregators that find fault with themselves while all else is well: maestro stops and starts the producers of all when one comes. */
const CALMS_DOWN_MS = 20_000;

/** Waits until the data of all samplers arrives and no container is in trouble, or time is up. */
export function awaitService(plan: DeploymentPlan, args: AwaitArgs): Promise<ServiceReport> {
  return withHosts((run) => new Waiting(run, plan, args).end(), plan);
}

class Waiting {
  private readonly deadline: number;
  private deadHosts: readonly string[];
  private troubles: readonly Trouble[] = [];
  private askAgain: number;
  /** There is no time for another look. */
  private isOver = false;
  /** Hosts that run more than samplers. */
  private readonly services: ReadonlySet<string>;
  /** Hosts that have nothing but a daemon that the site starts: only the aggregators know of them. */
  private readonly externals: readonly string[];
  /** What the aggregators said in this look; absent: they were not asked. */
  private aggregators: readonly AggregatorCheck[] | undefined;

  constructor(
    private readonly run: RunOn,
    private readonly plan: DeploymentPlan,
    private readonly args: AwaitArgs,
  ) {
    this.deadline = Date.now() + args.waitSeconds * 1000;
    this.askAgain = Date.now() + HEALTH_PAUSE_MS;
    this.deadHosts = args.skippedHosts;
    const own = new Set(plan.hosts.map(({ name }) => name));
    const external = new Set((plan.externals ?? []).flatMap(({ daemons }) => daemons.map(({ host }) => host)));
    this.externals = [...external].filter((host) => !own.has(host));
    this.services = new Set(
      plan.hosts.filter(({ containers }) => containers.some(({ role }) => role !== "sampler")).map(({ name }) => name),
    );
  }

  async end(): Promise<ServiceReport> {
    const { onReport, sinceMs } = this.args;
    await this.pause(sinceMs + PAUSE_MS - Date.now());
    let calmBy = Number.POSITIVE_INFINITY;
    for (;;) {
      const seen = await this.observe();
      const report = seen.isWell || this.isOver ? await this.withAggregators(seen) : seen;
      onReport?.(report);
      calmBy = seen.isWell ? Math.min(calmBy, Date.now() + CALMS_DOWN_MS) : Number.POSITIVE_INFINITY;
      if (report.isWell || this.isOver || (seen.isWell && (this.isTimeUp || Date.now() >= calmBy))) return report;
      await this.pause(PAUSE_MS);
    }
  }

  /** What they say of themselves shows what rows do not yet: sets for which there is no room, a disk that fills. */
  private async withAggregators(report: ServiceReport): Promise<ServiceReport> {
    const aggregators = await this.askAggregators();
    const dead = new Set(report.deadHosts);
    const judged = aggregators.map((one) => ({ ...one, unconnected: (one.unconnected ?? []).filter((host) => !dead.has(host)) }));
    return { ...report, aggregators, isWell: report.isWell && judged.every(isAggregatorWell) };
  }

  /** Those that an aggregator has no connection to. */
  private async deadExternals(): Promise<readonly string[]> {
    if (this.externals.length === 0) return [];
    const aggregators = await this.askAggregators();
    const unconnected = new Set(aggregators.flatMap((one) => one.unconnected ?? []));
    return this.externals.filter((host) => unconnected.has(host));
  }

  /** Once a look: hosts that do not answer take their time each time. */
  private async askAggregators(): Promise<readonly AggregatorCheck[]> {
    this.aggregators ??= await checkAggregators(this.runInTime(), this.plan, this.args.signal);
    return this.aggregators;
  }

  private get isTimeUp(): boolean {
    return Date.now() + PAUSE_MS >= this.deadline;
  }

  /** For one question to all hosts. */
  private runInTime(): RunOn {
    return runUntil(this.run, Math.max(0, this.deadline - Date.now()) + LAST_WORDS_MS);
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.args;
    if (ms > 0) await sleep(ms, undefined, { ...(signal && { signal }) });
  }

  private async observe(): Promise<ServiceReport> {
    const { plan, args } = this;
    this.aggregators = undefined;
    // The store's host reads its clock in whole seconds, up to one too early: not even the last row of what was replaced is to count.
    const sinceSeconds = Math.floor((Date.now() - args.sinceMs) / 1000) - 1;
    const freshSeconds = Math.min(sinceSeconds, Math.max(FRESH_SECONDS, Math.floor(ROWS_AT_ONCE / plan.hosts.length)));
    const data = await readStores(this.runInTime(), plan, { freshSeconds, ...(args.signal && { signal: args.signal }) });
    const isAsked = this.isTimeUp || this.hasArrived(data) || Date.now() >= this.askAgain;
    const isHealthy = isAsked && (await this.askHealth(data));
    // A look in which time runs out is the last one if it has asked for the health: another would have no time for answers.
    this.isOver = isAsked && this.isTimeUp;
    return { ...data, troubles: this.troubles, deadHosts: this.deadHosts, isWell: isHealthy && this.hasArrived(data) };
  }

  /** Without a store that can be read nothing shows it, and health is all there is to wait for. */
  private hasArrived(data: VerifyReport): boolean {
    const awaited = data.stores.map((store) => ({ ...store, missing: store.missing.filter(({ host }) => !this.deadHosts.includes(host)) }));
    return awaited.length === 0 || isVerified({ ...data, stores: awaited });
  }

  private async askHealth(data: VerifyReport): Promise<boolean> {
    const { plan, args } = this;
    const report = await askStatus(this.runInTime(), plan, this.hostsToAsk(data), args.signal);
    const unreached = report.failures
      .filter(({ host, kind }) => kind === "unreachable" && !this.services.has(host))
      .map(({ host }) => host);
    const dead = [...unreached, ...(await this.deadExternals())];
    const isTolerated = args.skippedHosts.length + dead.length <= plan.toleratedDeadHosts;
    const all = new Set([...args.skippedHosts, ...(isTolerated ? dead : [])]);
    this.deadHosts = [...plan.hosts.map(({ name }) => name), ...this.externals].filter((name) => all.has(name));
    this.troubles = await findTroubles(this.runInTime(), plan, withoutHosts(report, all), args.signal);
    this.askAgain = Date.now() + HEALTH_PAUSE_MS;
    if (this.troubles.length > 0) return false;
    // A container that is starting is not waited for where its work can be seen.
    const isSeen = data.stores.some(({ present, missing }) => present.length + missing.length > 0);
    return isSeen || report.containers.every((one) => all.has(one.host) || !one.isPlanned || isWell(one));
  }

  /** All that can be asked in one round; of a larger stack those whose work the stores do not show. */
  private hostsToAsk({ stores }: VerifyReport): readonly PlannedHost[] {
    const { plan, args } = this;
    const left = plan.hosts.filter(({ name }) => !args.skippedHosts.includes(name));
    if (left.length <= HOSTS_AT_ONCE || stores.length === 0) return left;
    const missing = new Set(stores.flatMap((store) => store.missing.map(({ host }) => host)));
    const silent = left.filter(({ name }) => !this.services.has(name) && missing.has(name)).slice(0, HOSTS_AT_ONCE);
    return [...left.filter(({ name }) => this.services.has(name)), ...silent];
  }
}

function withoutHosts(report: StatusReport, hosts: ReadonlySet<string>): StatusReport {
  const isLeft = ({ host }: { readonly host: string }) => !hosts.has(host);
  return { ...report, containers: report.containers.filter(isLeft), failures: report.failures.filter(isLeft) };
}
