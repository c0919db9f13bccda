import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedContainer } from "../../plan/model/container";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { groupBy } from "../../plan/text/group-by";
import { type AggregatorCheck, describeAggregator, externalsAt } from "../observe/aggregators";
import { askHost, type Unanswered } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import { renderFailure } from "../reach/remote-error";
import type { RunOn } from "../reach/run-on-host";
import type { AggregatorAnswer } from "./aggregator-answer";
import { type ChainAnswers, type ContainerAnswer, isFault, type Place, placeKey } from "./answers";
import type { Fault } from "./cause";
import { askAggregatorOf, findEngineFault, lookAt } from "./chain-questions";
import { clockAhead } from "./clock-fault";
import { findContainerFault } from "./container-fault";
import { ChainWalk, type WalkedSampler } from "./walk";

/** How many questions it took. */
export interface AskedCounts {
  readonly aggregators: number;
  /** Of services, and of samplers that their aggregators miss. */
  readonly hosts: number;
}

export interface AskedChain {
  readonly answers: ChainAnswers;
  readonly walked: readonly WalkedSampler[];
  readonly aggregators: readonly AggregatorCheck[];
  readonly asked: AskedCounts;
}

/** Hosts of samplers, missed by their aggregators, that are asked in one look at the most: they are asked 64 at a time. */
export const MOST_MISSED = 256;
/** What has only just come back is not blamed. */
const SECOND_LOOK_MS = 2000;

/** Of a host that gave no answer. */
function silentFault({ stack }: DeploymentPlan, { reason, error }: Unanswered<unknown>): Fault {
  const failure = error?.failure;
  const look = `\`ldms preflight -s ${stack}\``;
  if (failure?.kind === "timeout" || failure?.kind === "unreachable")
    return { link: "host", message: reason, help: `bring it back, or take it out of \`ldms:hosts\`; ${look} looks again` };
  if (failure?.kind !== "refused" || failure.remedy === undefined) return { link: "host", message: reason, help: look };
  const { remedy, ...bare } = failure;
  return { link: "host", message: renderFailure(bare), help: `\`${remedy}\`` };
}

interface ChainArgs {
  readonly run: RunOn;
  readonly plan: DeploymentPlan;
  readonly signal?: AbortSignal | undefined;
}

/** Asks the aggregators and the services, then the hosts of those samplers that an aggregator misses, then once more the aggregators that miss one that is well. */
export async function askChain(args: ChainArgs): Promise<AskedChain> {
  const asking = new Asking(args);
  await asking.askAggregators(args.plan.daemons.filter(({ role }) => role === "aggregator"));
  await asking.askServices();
  const missed = asking.walk().filter(({ broken }) => broken.length > 0);
  if (missed.length > 0) {
    await asking.askSamplers(missed);
    const puzzling = asking.puzzlingAggregators();
    if (puzzling.length > 0) {
      await sleep(SECOND_LOOK_MS, undefined, { ...(args.signal && { signal: args.signal }) });
      await asking.askAggregators(puzzling);
    }
  }
  return asking.result();
}

/** The aggregators alone: which samplers they have, and which they miss. */
export async function askAggregators(args: ChainArgs): Promise<AskedChain> {
  const asking = new Asking(args);
  await asking.askAggregators(args.plan.daemons.filter(({ role }) => role === "aggregator"));
  return asking.result();
}

class Asking {
  private readonly aggregators = new Map<string, AggregatorAnswer | Fault>();
  private readonly containers = new Map<string, ContainerAnswer>();
  private readonly checks = new Map<string, AggregatorCheck>();
  /** What is wrong with a host or its engine: it is asked nothing more. */
  private readonly faultOf = new Map<string, Fault>();
  private aggregatorCount = 0;
  private hostCount = 0;

  constructor(private readonly args: ChainArgs) {}

  walk(): WalkedSampler[] {
    return new ChainWalk(this.args.plan, this.answers).walk();
  }

  result(): AskedChain {
    return {
      answers: this.answers,
      walked: this.walk(),
      aggregators: this.args.plan.daemons.flatMap((daemon) => this.checks.get(placeKey(daemon)) ?? []),
      asked: { aggregators: this.aggregatorCount, hosts: this.hostCount },
    };
  }

  private get answers(): ChainAnswers {
    return { aggregators: this.aggregators, containers: this.containers };
  }

  /** Those of a host one after the other: the first makes the connection that the others use. */
  async askAggregators(daemons: readonly PlannedDaemon[]): Promise<void> {
    await mapBounded([...groupBy(daemons, ({ host }) => host).values()], async (ofHost) => {
      for (const daemon of ofHost) await this.askAggregator(daemon);
    });
  }

  private async askAggregator(daemon: PlannedDaemon): Promise<void> {
    const { run, plan, signal } = this.args;
    const { host, container, subscriptions = [] } = daemon;
    const key = placeKey(daemon);
    const known = this.faultOf.get(host);
    if (known) return void this.noteSilent(daemon, known);
    this.aggregatorCount++;
    const answer = await askHost(hostNamed(plan, host), askAggregatorOf(plan, daemon), { run, signal });
    if (!("value" in answer)) return void this.noteSilent(daemon, this.noteHost(host, answer));
    const { words, answer: said } = answer.value;
    if (isFault(said) && said.link === "engine") this.faultOf.set(host, said);
    this.aggregators.set(key, said);
    const places = isFault(said) ? [] : said.producers.filter(({ state }) => state !== "CONNECTED").map(({ address }) => address);
    const unconnected = externalsAt(plan, places);
    this.checks.set(key, { host, container, ...describeAggregator(words, subscriptions), ...(unconnected.length > 0 && { unconnected }) });
  }

  private noteSilent({ host, container }: Place, fault: Fault): void {
    this.aggregators.set(placeKey({ host, container }), fault);
    this.checks.set(placeKey({ host, container }), { host, container, fault: fault.message });
  }

  private noteHost(host: string, answer: Unanswered<unknown>): Fault {
    const fault = silentFault(this.args.plan, answer);
    this.faultOf.set(host, fault);
    return fault;
  }

  /** maestro and what shows the rows, each on its own host. */
  async askServices(): Promise<void> {
    const daemons = new Set(this.args.plan.daemons.map(placeKey));
    const isService = ({ host, name }: PlannedContainer) => !daemons.has(placeKey({ host, container: name }));
    const hosts = this.args.plan.hosts.flatMap((host) => {
      const containers = host.containers.filter(isService);
      return containers.length > 0 ? [{ host, containers }] : [];
    });
    await mapBounded(hosts, ({ host, containers }) => this.look(host, containers));
  }

  async askSamplers(missed: readonly WalkedSampler[]): Promise<void> {
    const samplers = groupBy(missed, ({ sampler }) => sampler.host);
    const hosts = this.args.plan.hosts.filter(({ name }) => samplers.has(name)).slice(0, MOST_MISSED);
    await mapBounded(hosts, (host) => {
      const names = new Set(samplers.get(host.name)!.map(({ sampler }) => sampler.container));
      return this.look(
        host,
        host.containers.filter(({ name }) => names.has(name)),
      );
    });
  }

  private async look(host: PlannedHost, containers: readonly PlannedContainer[]): Promise<void> {
    const { run, plan, signal } = this.args;
    const note = (fault: Fault) => {
      for (const { name } of containers) this.containers.set(placeKey({ host: host.name, container: name }), { fault });
    };
    const known = this.faultOf.get(host.name);
    if (known) return note(known);
    this.hostCount++;
    const auths = new Map(plan.daemons.filter((one) => one.host === host.name).map(({ container, auth }) => [container, auth]));
    const askedMs = Date.now();
    const answer = await askHost(host, lookAt(host, containers, auths), { run, signal });
    if (!("value" in answer)) return note(this.noteHost(host.name, answer));
    const words = answer.value;
    const ofEngine = findEngineFault(words);
    if (ofEngine) {
      this.faultOf.set(host.name, ofEngine);
      return note(ofEngine);
    }
    const clockAheadSeconds = clockAhead(words, askedMs, Date.now());
    for (const container of containers) {
      const look = words.containers.get(container.name);
      const fault = findContainerFault(container, look, { stack: plan.stack });
      const urlError = look?.url;
      this.containers.set(placeKey({ host: host.name, container: container.name }), {
        clockAheadSeconds,
        ...(fault && { fault }),
        ...(urlError !== undefined && { urlError }),
      });
    }
  }

  /** Those that miss a sampler which says itself that it is well. */
  puzzlingAggregators(): PlannedDaemon[] {
    const places = this.walk().flatMap(({ broken }) => broken.flatMap((one) => (one.kind === "edge" ? [placeKey(one.aggregator)] : [])));
    const wanted = new Set(places);
    return this.args.plan.daemons.filter((daemon) => wanted.has(placeKey(daemon)));
  }
}
