import type { PlannedProducer, PlannedPull } from "../../plan/model/daemon";
import type { Place } from "./answers";
import type { Fault } from "./cause";
import type { Edge } from "./edge";

/** The first broken link of one sampler on one of its ways up. */
export type Broken = BrokenPlace | BrokenEdge;

export interface BrokenPlace {
  readonly kind: "place";
  readonly place: Place;
  readonly fault: Fault;
}

/** Between two daemons. */
export interface BrokenEdge {
  readonly kind: "edge";
  /** Absent: none of those that could have it has it. */
  readonly aggregator: Place;
  readonly pull: PlannedPull;
  readonly below: PlannedProducer;
  readonly edge: Exclude<Edge, { readonly kind: "fresh" }>;
}
