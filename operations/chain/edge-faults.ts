import { foldHosts } from "../../plan/hostlist/fold";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { groupBy } from "../../plan/text/group-by";
import type { AggregatorAnswer } from "./aggregator-answer";
import { type ChainAnswers, isFault, placeKey } from "./answers";
import type { Fault, FoundFault, Link } from "./cause";
import { isClockOff, tellClock } from "./clock-fault";
import type { BrokenEdge } from "./walk";

/** A broken edge, and the sampler whose data stops there. */
export interface EdgeOfSampler {
  readonly broken: BrokenEdge;
  readonly sampler: string;
}

/** Why, free of hosts: what producers of one aggregator have in common. */
interface Reason {
  readonly link: Link;
  /** `DISCONNECTED`, or what is said of them in place of a state. */
  readonly state: string;
  readonly why: string;
  readonly help: string;
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
    const reasoned = own.map((one) => ({ ...one, reason: findReason(one.broken, answer, naming) }));
    return [...groupBy(reasoned, ({ reason }) => JSON.stringify(reason)).values()].map((alike): FoundFault => {
      const { broken, reason } = alike[0]!;
      const below = [...new Map(alike.map((one) => [placeKey(one.broken.below), one.broken.below])).values()];
      const samplers = [...new Set(alike.map(({ sampler }) => sampler))];
      return { host: aggregator.host, container: aggregator.container, samplers, ...nameFault(reason, { broken, below, answer, naming }) };
    });
  });
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
  const why = reason.why === AUTHENTICATION ? nameAuthentication(group, total) : reason.why;
  const { link, state, help } = reason;
  return { link, message: `${below.length} of ${total} producers ${state}${which}${why === "" ? "" : `: ${why}`}`, help };
}

const AUTHENTICATION = "authentication failed";

function findReason({ edge, below }: BrokenEdge, answer: AggregatorAnswer, naming: Naming): Reason {
  const { stack, daemonOf } = naming;
  const daemon = daemonOf.get(placeKey(below));
  const port = daemon?.port ?? 0;
  switch (edge.kind) {
    case "unknown-producer":
      return {
        link: "producer",
        state: "unknown to it",
        why: "",
        help: `\`ldms up -s ${stack} --refresh\`; with maestro: \`docker logs maestro\` on its host`,
      };
    case "state":
      return { state: edge.producer.state, ...reasonOfState(edge.producer, answer, port, stack) };
    case "not-updated":
      return { link: "updater", state: "without an updater", ...reasonOfUpdaters(answer, stack) };
    case "no-set":
      return {
        link: "sets",
        state: "CONNECTED",
        why: `offer no set \`${lastPart(edge.set)}\``,
        help: `\`echo prdcr_status | ldms controller -s ${stack} HOST\` lists what they offer`,
      };
    case "waits": {
      const isFull = answer.log.refused.has(edge.set.instance);
      const why = isFull ? "its set memory is full" : `set \`${lastPart(edge.set.instance)}\` is ${edge.set.state}: no updater takes it`;
      return {
        link: "updater",
        state: "CONNECTED",
        why,
        help: isFull ? "`setMemory` of its group" : "`sets` of its updater in the stack file",
      };
    }
    case "never":
      return {
        link: "sets",
        state: "CONNECTED",
        why: `set \`${lastPart(edge.set.instance)}\` has never come`,
        help: `\`ldms verify -s ${stack} --wait 60\`, where they were started just now`,
      };
    case "stands": {
      const isUnderWay = edge.set.state === "UPDATING";
      const why = `set \`${lastPart(edge.set.instance)}\` stands still${isUnderWay ? ": no answer comes back" : ""}`;
      return { link: isUnderWay ? "transport" : "updater", state: "CONNECTED", why, help: NETWORK };
    }
    default:
      return edge satisfies never;
  }
}

const NETWORK = "try from the one host to the other: `nc -vz NAME PORT`; a firewall, a cable, a route";

function reasonOfState(
  { name, address, state }: AggregatorAnswer["producers"][number],
  { log }: AggregatorAnswer,
  port: number,
  stack: string,
) {
  switch (state) {
    case "STOPPED":
    case "STOPPING":
    case "STANDBY":
      return {
        link: "producer" as const,
        why: "nobody has started them",
        help: `\`echo prdcr_start_regex regex=.* | ldms controller -s ${stack} HOST\``,
      };
    case "CONNECTING":
      return {
        link: "transport" as const,
        why: `port ${port} takes the connection and says nothing`,
        help: "what listens there is no ldmsd, or a firewall drops its answers",
      };
    default:
      if (log.rejected.has(name))
        return { link: "authentication" as const, why: AUTHENTICATION, help: `\`ldms munge-key check -s ${stack}\`` };
      if (log.unresolved.has(address)) {
        return {
          link: "transport" as const,
          why: "their names do not resolve there",
          help: "DNS or /etc/hosts of the aggregator's host, or `ldms:interconnect`",
        };
      }
      return { link: "transport" as const, why: `no connection to port ${port}`, help: NETWORK };
  }
}

function reasonOfUpdaters({ updaters }: AggregatorAnswer, stack: string): Pick<Reason, "why" | "help"> {
  const stopped = updaters.filter(({ state }) => state !== "RUNNING").map(({ name }) => name);
  if (updaters.length === 0)
    return { why: "it has no updater", help: `\`ldms up -s ${stack} --refresh\`; with maestro: \`docker logs maestro\` on its host` };
  if (stopped.length === updaters.length) {
    return {
      why: `updater \`${stopped.join("`, `")}\` is STOPPED`,
      help: `\`echo updtr_start name=${stopped[0]} | ldms controller -s ${stack} HOST\``,
    };
  }
  return { why: "its updaters match none of them", help: `\`echo updtr_status | ldms controller -s ${stack} HOST\`` };
}

/** Whose proof is the odd one: the aggregator's where nobody takes it, else theirs who do not. */
function nameAuthentication({ broken, below, answer, naming }: Group, total: number): string {
  const { aggregator } = broken;
  const isAggregators = below.length === total && total > 1;
  const odd = isAggregators ? [aggregator.host] : [...new Set(below.map(({ host }) => host))];
  const clocks = odd.map((host) => clockOf(host, naming.answers));
  const off = clocks.filter(isClockOff);
  if (off.length === odd.length && off[0] !== undefined) return `${AUTHENTICATION}: ${foldHosts(odd)}: ${tellClock(off[0])}`;
  if (naming.daemonOf.get(placeKey(aggregator))?.auth !== "munge")
    return `${AUTHENTICATION}: the two sides have another secret or another authentication`;
  const said = answer.log.munge[0];
  if (said !== undefined && !said.startsWith("Invalid credential")) return `${AUTHENTICATION}: ${said}`;
  if (total === 1) return `${AUTHENTICATION}: the munge keys of ${foldHosts([aggregator.host, ...odd])} differ`;
  return `${AUTHENTICATION}: munge key of ${foldHosts(odd)} differs`;
}

function clockOf(host: string, { aggregators, containers }: ChainAnswers): number | undefined {
  const own = [...containers].find(([key]) => key.startsWith(`${host}/`))?.[1].clockAheadSeconds;
  if (own !== undefined) return own;
  const answer = [...aggregators].find(([key]) => key.startsWith(`${host}/`))?.[1];
  return answer && !isFault(answer) ? answer.clockAheadSeconds : undefined;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
