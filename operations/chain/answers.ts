import type { AggregatorAnswer } from "./aggregator-answer";
import type { Fault } from "./cause";

/** A container by its host. */
export interface Place {
  readonly host: string;
  readonly container: string;
}

export function placeKey({ host, container }: Place): string {
  return `${host}/${container}`;
}

/** All that was asked for one walk; who is in none of these was not asked. */
export interface ChainAnswers {
  /** By place: what it says of its producers, or why it says nothing. */
  readonly aggregators: ReadonlyMap<string, AggregatorAnswer | Fault>;
  /** By place: samplers that their aggregators miss, and the services. */
  readonly containers: ReadonlyMap<string, ContainerAnswer>;
}

export interface ContainerAnswer {
  /** The first thing that is wrong with it, its host and its engine included; absent: it is well. */
  readonly fault?: Fault;
  /** By which its host's clock is ahead of this machine's; absent where the host did not say. */
  readonly clockAheadSeconds?: number;
  /** Why the address that it needs does not answer it. */
  readonly urlError?: string;
}

export function isFault(answer: AggregatorAnswer | Fault): answer is Fault {
  return "link" in answer;
}
