import type { PlannedPull } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { onceFor } from "../../plan/text/once-for";

/** A name by which an aggregator reaches a daemon of the level below. */
export interface DialledName {
  /** `cygnus-01-iw` */
  readonly name: string;
  /** Whose it is: `cygnus-01`. */
  readonly host: string;
}

/** Most names that a host is asked for: those of a stack come from one pattern, and so one of many tells as much as all. */
const MOST_NAMES = 256;

const namesOf = onceFor(({ producers }: PlannedPull): readonly DialledName[] =>
  producers.flatMap(({ host, dialledAt }) => (dialledAt === undefined ? [] : [{ host, name: dialledAt.replace(/:\d+$/, "") }])),
);

/** Those that a host's aggregators dial; of more than 256 as many, evenly spread. */
export function listDialled({ pulls }: Pick<DeploymentPlan, "pulls">, host: string): readonly DialledName[] {
  const own = pulls.filter(({ aggregators }) => aggregators.some((one) => one.host === host)).flatMap(namesOf);
  const all = [...new Map(own.map((one) => [one.name, one])).values()];
  const step = all.length / MOST_NAMES;
  return step <= 1 ? all : Array.from({ length: MOST_NAMES }, (_, i) => all[Math.floor(i * step)]!);
}
