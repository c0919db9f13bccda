import type { PlannedProducer, PlannedPull } from "../../plan/model/daemon";
import type { AggregatorAnswer } from "./aggregator-answer";
import { type ChainAnswers, isFault, type Place, placeKey } from "./answers";
import type { BrokenPlace } from "./broken";
import type { Fault } from "./cause";
import type { ProducerRow } from "./controller-tables";
import { type Edge, findProducer } from "./edge";

/** An aggregator that is to have a producer, and how it has it. */
export interface Holder {
  readonly aggregator: Place;
  readonly answer: AggregatorAnswer;
  readonly producer: ProducerRow | undefined;
  /** Another one that could have it and does not answer: what that had is on its way to this one, and from here further up. */
  readonly silent?: BrokenPlace;
}

export type IsGood = (answer: AggregatorAnswer, row: ProducerRow | undefined) => boolean;

interface Pulled {
  readonly pull: PlannedPull;
  readonly producer: PlannedProducer;
  /** At which it listens. */
  readonly port: number;
}

/** The aggregator that has the producer, of several one where it is well; or the reason why nobody says that he has it. */
export function findHolder(answers: ChainAnswers, { pull: { aggregators }, producer, port }: Pulled, isGood: IsGood): Holder | BrokenPlace {
  const asked = aggregators.flatMap((aggregator) => {
    const answer = answers.aggregators.get(placeKey(aggregator));
    return answer ? [{ aggregator, answer }] : [];
  });
  const holders = asked.flatMap(({ aggregator, answer }): Holder[] =>
    isFault(answer) ? [] : [{ aggregator, answer, producer: findProducer(producer, port, answer) }],
  );
  const [silent] = asked.flatMap(({ aggregator, answer }): BrokenPlace[] =>
    isFault(answer) ? [{ kind: "place", place: aggregator, fault: answer }] : [],
  );
  const having = holders.filter((one) => one.producer !== undefined);
  const found = having.find((one) => isGood(one.answer, one.producer)) ?? having.find((one) => !isIdle(one.producer)) ?? having[0];
  if (found) return { ...found, ...(silent && { silent }) };
  return silent ?? holders[0] ?? { kind: "place", place: aggregators[0]!, fault: NOT_ASKED };
}

/** Of what is on its way from another aggregator, or is still that one's: maestro gives a producer to all of a group, and starts it at one. */
export function blameSilent(edge: Edge, silent: BrokenPlace | undefined): BrokenPlace | undefined {
  const isOnItsWay = edge.kind === "no-set" || edge.kind === "waits" || edge.kind === "never";
  return isOnItsWay || (edge.kind === "state" && isIdle(edge.producer)) ? silent : undefined;
}

/** The aggregator knows it and does not dial it. */
function isIdle(producer: ProducerRow | undefined): boolean {
  return producer !== undefined && ["STOPPED", "STOPPING", "STANDBY"].includes(producer.state);
}

const NOT_ASKED: Fault = { link: "host", message: "was not asked", help: "`ldms preflight`" };
