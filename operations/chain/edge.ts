import type { PlannedProducer, PlannedPull, PlannedSet } from "../../plan/model/daemon";
import type { AggregatorAnswer } from "./aggregator-answer";
import type { ProducerRow, SetRow } from "./controller-tables";

/** How an aggregator has one of its producers: its sets are fresh, or the first thing that is not as it should be. */
export type Edge =
  | { readonly kind: "fresh"; readonly instances: readonly string[]; readonly ageSeconds: number }
  | { readonly kind: "unknown-producer" }
  | { readonly kind: "state"; readonly producer: ProducerRow }
  | { readonly kind: "not-updated"; readonly producer: ProducerRow }
  | { readonly kind: "no-set"; readonly producer: ProducerRow; readonly set: string }
  | { readonly kind: "waits"; readonly producer: ProducerRow; readonly set: SetRow }
  | { readonly kind: "never"; readonly producer: ProducerRow; readonly set: SetRow }
  | { readonly kind: "stands"; readonly producer: ProducerRow; readonly set: SetRow; readonly ageSeconds: number };

/** Updates that may fail to come before a set is old, and what is granted on top of them. */
const MISSED = 3;
const GRACE_SECONDS = 5;

/** How old a set may be that is sampled and updated so often. */
export function oldestSeconds(...paces: readonly number[]): number {
  return MISSED * Math.max(0, ...paces) + GRACE_SECONDS;
}

/** Paces up to which a first sample has come by the second look. */
const PROMPT_SECONDS = 2;

/** A plugin samples at full multiples of its interval: of one that is slow the first sample may be far away, and no one is to blame. */
export function isStillToCome({ kind }: Edge, ...paces: readonly number[]): boolean {
  return kind === "never" && Math.max(...paces) > PROMPT_SECONDS;
}

/** From one update of an aggregator to the next. */
export function paceOf({ updateSeconds, updatesOnChange }: PlannedPull): number {
  return updatesOnChange ? Number.POSITIVE_INFINITY : updateSeconds;
}

export function findProducer(
  { host, dialledAt }: PlannedProducer,
  port: number,
  answer: Pick<AggregatorAnswer, "byAddress" | "byName">,
): ProducerRow | undefined {
  if (dialledAt !== undefined) return answer.byAddress.get(dialledAt);
  // One that advertises itself is called as its host calls itself.
  const short = host.split(".", 1)[0]!;
  return answer.byName.get(`${host}:${port}`) ?? answer.byName.get(`${short}:${port}`);
}

/** @param sets that the aggregator is to have of this producer */
export function judgeEdge(
  answer: AggregatorAnswer,
  producer: ProducerRow | undefined,
  pull: PlannedPull,
  sets: readonly PlannedSet[],
): Edge {
  if (!producer) return { kind: "unknown-producer" };
  if (producer.state !== "CONNECTED") return { kind: "state", producer };
  const wanted = sets.filter(({ name, schema }) => takes(pull, `${producer.name}/${name}`, schema));
  if (wanted.length > 0 && !answer.updated.has(producer.name)) return { kind: "not-updated", producer };
  const found = answer.setsOf.get(producer.name) ?? [];
  const instances: string[] = [];
  let oldest = 0;
  for (const { name, intervalSeconds } of wanted) {
    const set = found.find(({ instance }) => instance === name || instance.endsWith(`/${name}`));
    if (!set) return { kind: "no-set", producer, set: name };
    const age = judgeSet(answer, producer, set, oldestSeconds(intervalSeconds, paceOf(pull)));
    if (typeof age !== "number") return age;
    instances.push(set.instance);
    oldest = Math.max(oldest, age);
  }
  return { kind: "fresh", instances, ageSeconds: oldest };
}

/** A set on its way further up, by the name that it has. */
export function judgeInstance(
  answer: AggregatorAnswer,
  producer: ProducerRow,
  instance: string,
  limitSeconds: number,
): Exclude<Edge, { readonly kind: "unknown-producer" | "not-updated" }> {
  const set = answer.setNamed.get(instance);
  if (!set || set.producer !== producer.name) return { kind: "no-set", producer, set: instance };
  const age = judgeSet(answer, producer, set, limitSeconds);
  return typeof age === "number" ? { kind: "fresh", instances: [instance], ageSeconds: age } : age;
}

/** @returns its age where it is fresh */
function judgeSet({ nowSeconds, tookSeconds }: AggregatorAnswer, producer: ProducerRow, set: SetRow, limitSeconds: number) {
  if (set.state === "START" || set.state === "LOOKUP") return { kind: "waits", producer, set } as const;
  if (set.sampledAt === 0) return { kind: "never", producer, set } as const;
  const ageSeconds = nowSeconds - set.sampledAt;
  // One from the future tells nothing of its age; what was sampled while the aggregator told it is none.
  if (ageSeconds > limitSeconds || ageSeconds < -GRACE_SECONDS - tookSeconds) return { kind: "stands", producer, set, ageSeconds } as const;
  return Math.max(0, ageSeconds);
}

/** @param schema absent where it is not known: a selection by schema takes nothing then */
export function takes({ selections }: PlannedPull, instance: string, schema?: string): boolean {
  if (!selections) return true;
  return selections.some(({ regex, field }) => {
    const text = field === "schema" ? schema : instance;
    return text !== undefined && matches(regex, text);
  });
}

/** ldmsd's are POSIX's: of one that JavaScript does not read, nothing is awaited. */
function matches(regex: string, text: string): boolean {
  try {
    return new RegExp(regex).test(text);
  } catch {
    return false;
  }
}
