import { foldHosts } from "../../plan/hostlist/fold";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { groupBy } from "../../plan/text/group-by";
import type { AggregatorAnswer } from "./aggregator-answer";
import { type ChainAnswers, isFault, placeKey } from "./answers";
import type { BrokenEdge } from "./broken";
import type { Fault, FoundFault } from "./cause";
import { isClockOff, SET_CLOCK, tellClock } from "./clock-fault";
import { AUTHENTICATION, findReason, type Reason } from "./edge-reasons";

/** A broken edge, and the sampler whose data stops there. */
export interface EdgeOfSampler {
  readonly broken: BrokenEdge;
  readonly sampler: string;
}

interface Naming {
  readonly stack: string;
  readonly answers: ChainAnswers;
  readonly daemonOf: ReadonlyMap<string, PlannedDaemon>;
}

/** One fault for all the producers of an aggregator that have the same: `80 of 80 producers DISCONNECTED: …`. */
export function nameEdgeFaults(edges: readonly EdgeOfSampler[], naming: Naming): FoundFault[] {
  const byAggregator = groupBy(edges, ({ broken }) => placeKey(broken.aggregator));
  return [...byAggregator.values()].flatMap((own) => {
    const { aggregator } = own[0]!.broken;
    const answer = naming.answers.aggregators.get(placeKey(aggregator));
    if (!answer || isFault(answer)) return [];
    // Whom it does not know it may dial at another port.
    const portOf = new Map(
      own.some(({ broken }) => broken.edge.kind === "unknown-producer") ? answer.producers.map(({ address }) => splitAddress(address)) : [],
    );
    const reasoned = own.map((one) => {
      const { edge, below } = one.broken;
      const port = naming.daemonOf.get(placeKey(below))?.port ?? 0;
      const otherPort = below.dialledAt === undefined ? undefined : portOf.get(splitAddress(below.dialledAt)[0]);
      return { ...one, reason: findReason(edge, { answer, stack: naming.stack, port, otherPort }) };
    });
    return [...groupBy(reasoned, ({ reason }) => JSON.stringify(reason)).values()].map((alike): FoundFault => {
      const { broken, reason } = alike[0]!;
      const below = [...new Map(alike.map((one) => [placeKey(one.broken.below), one.broken.below])).values()];
      const samplers = [...new Set(alike.map(({ sampler }) => sampler))];
      return { host: aggregator.host, container: aggregator.container, samplers, ...nameFault(reason, { broken, below, answer, naming }) };
    });
  });
}

/** Of `cygnus-01-iw:411` the name and the port. */
function splitAddress(address: string): [name: string, port: string] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
}

interface Group {
  readonly broken: BrokenEdge;
  readonly below: readonly BrokenEdge["below"][];
  readonly answer: AggregatorAnswer;
  readonly naming: Naming;
}

function nameFault(reason: Reason, group: Group): Fault {
  const { broken, below, answer } = group;
  const total = broken.pull.aggregators.length > 1 ? Math.max(answer.producers.length, below.length) : broken.pull.producers.length;
  const hosts = foldHosts([...new Set(below.map(({ host }) => host))]);
  const which = below.length < total ? ` (${[...new Set(below.map(({ container }) => container))].join(", ")} on ${hosts})` : "";
  const { link, state } = reason;
  const { why, help = reason.help } = reason.why === AUTHENTICATION ? nameAuthentication(group, total) : reason;
  return { link, message: `${below.length} of ${total} producers ${state}${which}${why === "" ? "" : `: ${why}`}`, help };
}

/** Whose proof is the odd one: the aggregator's where nobody takes it, else theirs who do not. */
function nameAuthentication(group: Group, total: number): { readonly why: string; readonly help?: string } {
  const { broken, below, naming } = group;
  const { aggregator } = broken;
  const isAggregators = below.length === total && total > 1;
  const odd = isAggregators ? [aggregator.host] : [...new Set(below.map(({ host }) => host))];
  const clocks = odd.map((host) => clockOf(host, naming.answers));
  const off = clocks.filter(isClockOff);
  if (off.length === odd.length && off[0] !== undefined)
    return { why: `${AUTHENTICATION}: ${foldHosts(odd)}: ${tellClock(off[0])}`, help: SET_CLOCK };
  return { why: `${AUTHENTICATION}: ${nameSecret(group, { odd, total })}` };
}

function nameSecret(
  { broken: { aggregator }, answer, naming }: Group,
  { odd, total }: { readonly odd: readonly string[]; readonly total: number },
): string {
  if (naming.daemonOf.get(placeKey(aggregator))?.auth !== "munge") return "the two sides have another secret or another authentication";
  const said = answer.log.munge[0];
  if (said !== undefined && !said.startsWith("Invalid credential")) return `${said}`;
  if (total === 1) return `the munge keys of ${foldHosts([aggregator.host, ...odd])} differ`;
  return `munge key of ${foldHosts(odd)} differs`;
}

function clockOf(host: string, { aggregators, containers }: ChainAnswers): number | undefined {
  const own = [...containers].find(([key]) => key.startsWith(`${host}/`))?.[1].clockAheadSeconds;
  if (own !== undefined) return own;
  const answer = [...aggregators].find(([key]) => key.startsWith(`${host}/`))?.[1];
  return answer && !isFault(answer) ? answer.clockAheadSeconds : undefined;
}
