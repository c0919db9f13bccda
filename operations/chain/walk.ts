import type { PlannedDaemon, PlannedProducer, PlannedPull, PlannedSet } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { groupBy } from "../../plan/text/group-by";
import { type ChainAnswers, type Place, placeKey } from "./answers";
import type { Broken, BrokenEdge, BrokenPlace } from "./broken";
import { findClockFault } from "./clock-fault";
import { type Edge, isStillToCome, judgeEdge, judgeInstance, oldestSeconds, paceOf, takes } from "./edge";
import { blameSilent, findHolder, type Holder, type IsGood } from "./holder";

export interface WalkedSampler {
  readonly sampler: PlannedDaemon;
  /** Empty: its sets are fresh wherever they are to arrive. */
  readonly broken: readonly Broken[];
  /** Of its oldest set in an aggregator that pulls it; absent where none has all of them fresh. */
  readonly ageSeconds?: number;
  /** That one. */
  readonly toldBy?: Place;
}

/** Samplers whose sets are to arrive somewhere, as far as the stack runs them. */
export function listWalkedSamplers({ daemons, pulls }: Pick<DeploymentPlan, "daemons" | "pulls">): PlannedDaemon[] {
  const pulled = new Set(pulls.flatMap(({ producers }) => producers.map(placeKey)));
  return daemons.filter((daemon) => daemon.level === 0 && !daemon.isExternal && pulled.has(placeKey(daemon)));
}

/** Follows every sampler's sets from the aggregators that pull them upwards. Pure: same plan and answers, same result; in the plan's order. */
export class ChainWalk {
  private readonly daemonOf: ReadonlyMap<string, PlannedDaemon>;
  private readonly pullsOf: ReadonlyMap<string, readonly { readonly pull: PlannedPull; readonly producer: PlannedProducer }[]>;

  constructor(
    private readonly plan: Pick<DeploymentPlan, "daemons" | "pulls">,
    private readonly answers: ChainAnswers,
  ) {
    this.daemonOf = new Map(plan.daemons.map((daemon) => [placeKey(daemon), daemon]));
    const pulled = plan.pulls.flatMap((pull) => pull.producers.map((producer) => ({ pull, producer })));
    this.pullsOf = groupBy(pulled, ({ producer }) => placeKey(producer));
  }

  walk(): WalkedSampler[] {
    return listWalkedSamplers(this.plan).map((sampler) => this.walkSampler(sampler));
  }

  private walkSampler(sampler: PlannedDaemon): WalkedSampler {
    const ways = (this.pullsOf.get(placeKey(sampler)) ?? []).map(({ pull, producer }) => this.followFirst(sampler, pull, producer));
    const [fresh] = ways.filter(({ ageSeconds }) => ageSeconds !== undefined);
    return { sampler, ...fresh, broken: ways.flatMap(({ broken }) => broken) };
  }

  private followFirst(sampler: PlannedDaemon, pull: PlannedPull, producer: PlannedProducer): Omit<WalkedSampler, "sampler"> {
    const { sets = [] } = sampler;
    const holder = this.holderOf(pull, producer, (answer, row) => judgeEdge(answer, row, pull, sets).kind === "fresh");
    if ("fault" in holder) return { broken: [this.ownFault(sampler) ?? holder] };
    const { aggregator, answer, producer: row, silent } = holder;
    const edge = judgeEdge(answer, row, pull, sets);
    const pace = [paceOf(pull), ...sets.map(({ intervalSeconds }: PlannedSet) => intervalSeconds)];
    if (isStillToCome(edge, ...pace) && this.saysItIsWell(sampler)) return { broken: [] };
    if (edge.kind !== "fresh") {
      const below = this.blameBelow(sampler, holder, edge);
      return { broken: [below ?? blameSilent(edge, silent) ?? { kind: "edge", aggregator, pull, below: producer, edge }] };
    }
    return {
      broken: this.followUp(aggregator, edge.instances, pace, silent),
      ageSeconds: edge.ageSeconds,
      toldBy: { host: aggregator.host, container: aggregator.container },
    };
  }

  /** From an aggregator that has these sets. @param moved what they have come from, where that is broken */
  private followUp(below: Place, instances: readonly string[], pace: readonly number[], moved: BrokenPlace | undefined): Broken[] {
    return (this.pullsOf.get(placeKey(below)) ?? []).flatMap(({ pull, producer }): Broken[] => {
      const holder = this.holderOf(pull, producer, (_, row) => row?.state === "CONNECTED");
      if ("fault" in holder) return [holder];
      const { aggregator, answer, producer: row, silent = moved } = holder;
      const whole = judgeEdge(answer, row, pull, []);
      const blame = (edge: BrokenEdge["edge"]): Broken[] => [
        blameSilent(edge, silent) ?? { kind: "edge", aggregator, pull, below: producer, edge },
      ];
      if (whole.kind !== "fresh") return blame(whole);
      if (!answer.updated.has(row!.name) && instances.length > 0) return blame({ kind: "not-updated", producer: row! });
      const wider = [...pace, paceOf(pull)];
      for (const instance of instances) {
        if (!takes(pull, instance)) continue;
        const edge = judgeInstance(answer, row!, instance, oldestSeconds(...wider));
        if (edge.kind !== "fresh" && !isStillToCome(edge, ...wider)) return blame(edge);
      }
      return this.followUp(aggregator, instances, wider, silent);
    });
  }

  private holderOf(pull: PlannedPull, producer: PlannedProducer, isGood: IsGood): Holder | BrokenPlace {
    return findHolder(this.answers, { pull, producer, port: this.daemonOf.get(placeKey(producer))?.port ?? 0 }, isGood);
  }

  private saysItIsWell(place: Place): boolean {
    const answer = this.answers.containers.get(placeKey(place));
    return answer !== undefined && answer.fault === undefined;
  }

  private ownFault(place: Place): BrokenPlace | undefined {
    const fault = this.answers.containers.get(placeKey(place))?.fault;
    return fault && { kind: "place", place, fault };
  }

  /** What is wrong with the sampler itself comes first, its clock last. */
  private blameBelow(sampler: Place, { aggregator, answer }: Holder, edge: Edge): Broken | undefined {
    const own = this.ownFault(sampler);
    if (own) return own;
    const ahead = this.answers.containers.get(placeKey(sampler))?.clockAheadSeconds;
    if (ahead === undefined || edge.kind !== "stands") return undefined;
    return findClockFault({ place: sampler, ahead }, { place: aggregator, ahead: answer.clockAheadSeconds });
  }
}
