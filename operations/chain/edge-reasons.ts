import type { AggregatorAnswer } from "./aggregator-answer";
import type { BrokenEdge } from "./broken";
import { type Fault, HOST } from "./cause";
import type { Edge } from "./edge";

/** Why, free of hosts: what producers of one aggregator have in common. */
export interface Reason extends Omit<Fault, "message"> {
  /** `DISCONNECTED`, or what is said of them in place of a state. */
  readonly state: string;
  readonly why: string;
}

/** Of whom that is, the two sides tell together. */
export const AUTHENTICATION = "authentication failed";
const NETWORK = "try from the one host to the other: `nc -vz NAME PORT`; a firewall, a cable, a route";

interface Told {
  readonly answer: AggregatorAnswer;
  readonly stack: string;
  /** At which the producer listens. */
  readonly port: number;
  /** Another one, at which the aggregator dials it; undefined: it does not. */
  readonly otherPort: string | undefined;
}

type Of<Kind extends Edge["kind"]> = Extract<BrokenEdge["edge"], { readonly kind: Kind }>;

/** What each kind of a broken edge means. */
const REASONS: { readonly [Kind in BrokenEdge["edge"]["kind"]]: (edge: Of<Kind>, told: Told) => Reason } = {
  "unknown-producer": (_, told) => ({ link: "producer", state: "unknown to it", why: whyUnknown(told), help: whoTellsIt(told) }),
  state: ({ producer }, told) => ({ state: producer.state, ...(STATES[producer.state] ?? whyDisconnected)(producer, told) }),
  "not-updated": (_, told) => ({ link: "updater", state: "without an updater", ...whyNotUpdated(told) }),
  "no-set": ({ set }, told) => connected("sets", `offer no set \`${lastPart(set)}\``, controller("prdcr_status", told)),
  waits: ({ set }, { answer }) =>
    answer.log.refused.has(set.instance)
      ? connected("updater", "its set memory is full", "`setMemory` of its group")
      : connected(
          "updater",
          `set \`${lastPart(set.instance)}\` is ${set.state}: no updater takes it`,
          "`sets` of its updater in the stack file",
        ),
  never: ({ set }, { stack }) =>
    connected(
      "sets",
      `set \`${lastPart(set.instance)}\` has never come`,
      `\`ldms verify -s ${stack} --wait 60\`, where they were started just now`,
    ),
  stands: ({ set }, told) =>
    set.state === "UPDATING"
      ? connected("transport", `set \`${lastPart(set.instance)}\` stands still: no answer comes back`, NETWORK)
      : connected("updater", `set \`${lastPart(set.instance)}\` stands still`, controller("updtr_status", told)),
};

export function findReason(edge: BrokenEdge["edge"], told: Told): Reason {
  // The table has for each kind a function of its own edges.
  return (REASONS[edge.kind] as (edge: BrokenEdge["edge"], told: Told) => Reason)(edge, told);
}

function connected(link: Fault["link"], why: string, help: string): Reason {
  return { link, state: "CONNECTED", why, help };
}

type WhyState = (producer: AggregatorAnswer["producers"][number], told: Told) => Omit<Reason, "state">;

function whyUnknown({ port, otherPort }: Told): string {
  return otherPort === undefined ? "" : `it dials port ${otherPort}, in the stack file they listen at ${port}`;
}

const whyStopped: WhyState = (_, told) => ({
  link: "producer",
  why: "nobody has started them",
  // maestro starts each at one of several aggregators; all of them at each would bring every row twice.
  help: `${controller("prdcr_start_regex regex=.*", told)}; with maestro: \`docker restart maestro\` on its host`,
});

const STATES: Readonly<Record<string, WhyState>> = {
  STOPPED: whyStopped,
  STOPPING: whyStopped,
  STANDBY: whyStopped,
  CONNECTING: (_, { port }) => ({
    link: "transport",
    why: `port ${port} takes the connection and says nothing`,
    help: "what listens there is no ldmsd, or a firewall drops its answers",
  }),
};

function whyDisconnected({ name, address }: Parameters<WhyState>[0], { answer: { log }, stack, port }: Told): Omit<Reason, "state"> {
  if (log.rejected.has(name)) return { link: "authentication", why: AUTHENTICATION, help: `\`ldms munge-key check -s ${stack}\`` };
  if (!log.unresolved.has(address)) return { link: "transport", why: `no connection to port ${port}`, help: NETWORK };
  const help = "DNS or /etc/hosts of the aggregator's host, or `ldms:interconnect`";
  return { link: "transport", why: "their names do not resolve there", help };
}

function whyNotUpdated(told: Told): Pick<Reason, "why" | "help"> {
  const { updaters } = told.answer;
  const stopped = updaters.filter(({ state }) => state !== "RUNNING").map(({ name }) => name);
  if (updaters.length === 0) return { why: "it has no updater", help: whoTellsIt(told) };
  if (stopped.length < updaters.length) return { why: "its updaters match none of them", help: controller("updtr_status", told) };
  return { why: `updater \`${stopped.join("`, `")}\` is STOPPED`, help: controller(`updtr_start name=${stopped[0]}`, told) };
}

function whoTellsIt({ stack }: Told): string {
  return `\`ldms up -s ${stack} --refresh\`; with maestro: \`docker logs maestro\` on its host`;
}

function controller(line: string, { stack }: Told): string {
  return `\`echo ${line} | ldms controller -s ${stack} ${HOST}\``;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
