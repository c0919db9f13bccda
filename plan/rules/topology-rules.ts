import { foldHosts } from "../hostlist/hostlist";
import { groupBy } from "../text/group-by";
import { isSamePath } from "../text/host-path";
import { onceFor } from "../text/once-for";
import type { ContainerFacts } from "./facts";
import { isKey, isOvisSecret } from "./host-mounts";
import { quoted } from "./role-of-container";
import type { Rule } from "./rule";
import { CONTAINERS, exampleStack, LDMS_CFG } from "./stack-examples";
import { findFile } from "./stack-files";
import { readTopology, unnamedDaemons } from "./topology";
import type { StackFacts, Topology } from "./topology-facts";

function isTopped(stack: StackFacts): boolean {
  return (readTopology(stack)?.aggregators.length ?? 0) > 0;
}

/** Shape: "nobody pulls `samp-2`", "`agg1`, `agg1b` pull `samp-1`". */
function badlyPulled({ daemons, aggregators }: Topology): string[] {
  const aggregating = new Set(aggregators.flatMap((one) => one.daemons));
  const pullers = new Map<string, string[]>();
  for (const { daemons: names, pulls } of aggregators) {
    const puller = foldHosts(names);
    for (const pulled of new Set(pulls)) pullers.set(pulled, [...(pullers.get(pulled) ?? []), puller]);
  }
  const samplers = [...daemons.keys()].filter((name) => !aggregating.has(name));
  const lost = samplers.filter((name) => !pullers.has(name));
  const twice = groupBy(
    samplers.filter((name) => (pullers.get(name)?.length ?? 0) > 1),
    (name) => quoted(pullers.get(name)!),
  );
  return [
    ...(lost.length ? [`nobody pulls \`${foldHosts(lost)}\``] : []),
    ...[...twice].map(([both, names]) => `${both} pull \`${foldHosts(names)}\``),
  ];
}

function deadEnds({ aggregators, stores }: Topology): string[] {
  const pulled = new Set(aggregators.flatMap(({ pulls }) => pulls));
  const storing = new Set(stores.flatMap(({ daemons }) => daemons));
  return aggregators.flatMap(({ daemons }) => daemons).filter((name) => !pulled.has(name) && !storing.has(name));
}

function unnamed(stack: StackFacts): ContainerFacts[] {
  const topology = readTopology(stack);
  return topology ? unnamedDaemons(stack, topology) : [];
}

/** Where a container's munge gets its key: the host's own munged, a key of this content, or nothing. */
function realmOf({ mounts, host }: ContainerFacts, stack: StackFacts): string {
  const key = mounts.find(isKey);
  if (key) {
    const file = findFile(stack, host, key.source);
    return `key ${file?.fingerprint.slice(0, 8) || file?.path || key.source}`;
  }
  return mounts.some(({ target }) => isSamePath(target, "/run/munge")) ? "the hosts' munge" : "none";
}

/** Hosts by what their daemons prove themselves with. */
const realms = onceFor((stack: StackFacts): ReadonlyMap<string, ReadonlySet<string>> => {
  const hosts = new Map<string, Set<string>>();
  for (const container of stack.containers.filter(({ role }) => role === "sampler" || role === "aggregator" || role === "maestro")) {
    const realm = realmOf(container, stack);
    // Its daemon asks for another authentication, and has no munge to be of a realm with.
    if (realm === "none" && container.mounts.some(isOvisSecret)) continue;
    hosts.set(realm, (hosts.get(realm) ?? new Set()).add(container.host));
  }
  return hosts;
});

const READERS = ["plan", "resources"] as const;
const change = (from: string, to: string) => exampleStack({ cfg: LDMS_CFG.replace(from, to) });
const [SAMP, AGG1, ...OTHERS] = CONTAINERS as [ContainerFacts, ContainerFacts, ...ContainerFacts[]];

export const TOPOLOGY_RULES: readonly Rule<StackFacts>[] = [
  {
    name: "samplers-pulled-once",
    description: "Every sampler is pulled by exactly one group of aggregators: rows are neither lost nor stored twice.",
    severity: "high",
    enforcement: "mandatory",
    readers: READERS,
    applies: isTopped,
    holds: (stack) => badlyPulled(readTopology(stack)!).length === 0,
    message: (stack) => `samplers are not pulled once: ${badlyPulled(readTopology(stack)!).join("; ")}`,
    help: "say what each entry of `aggregators` pulls: `samplers: [GROUP or hostlist]`; in a ldms_cfg.yaml of the site, make each a peer of one",
    examples: { breaking: change("peers: [{ daemons: samp-1 }]", "peers: []"), passing: exampleStack() },
  },
  {
    name: "aggregators-lead-to-a-store",
    description: "What an aggregator pulls is pulled on by a further level or stored: no aggregator is a dead end.",
    severity: "medium",
    enforcement: "advisory",
    readers: READERS,
    applies: isTopped,
    holds: (stack) => deadEnds(readTopology(stack)!).length === 0,
    message: (stack) => `aggregators that nobody pulls have no store: \`${foldHosts(deadEnds(readTopology(stack)!))}\``,
    help: "give them `stores`, or an aggregator of the next level above them",
    examples: { breaking: change("peers: [{ daemons: agg1-5 }]", "peers: []"), passing: exampleStack() },
  },
  {
    name: "maestro-names-every-daemon",
    description: "maestro's file names every ldmsd of the stack with its port: one that it does not name is never pulled.",
    severity: "high",
    enforcement: "mandatory",
    readers: READERS,
    applies: (stack) => readTopology(stack)?.isFromMaestro === true,
    holds: (stack) => unnamed(stack).length === 0,
    message: (stack) => {
      const lost = unnamed(stack);
      return `ldms_cfg.yaml does not name ${quoted([...new Set(lost.map(({ name }) => name))])} of \`${foldHosts(lost.map(({ host }) => host))}\``;
    },
    help: "add the daemon to `daemons` of ldms_cfg.yaml, with the port that it listens on",
    examples: { breaking: change("ports: 411", "ports: 412"), passing: exampleStack() },
  },
  {
    name: "one-munge-realm",
    description: "All daemons and maestro take credentials of one munge key.",
    severity: "high",
    enforcement: "advisory",
    readers: ["plan", "resources", "audit"],
    applies: (stack) => realms(stack).size > 0,
    holds: (stack) => realms(stack).size === 1,
    message: (stack) =>
      `daemons are of several munge realms: ${[...realms(stack)].map(([realm, hosts]) => `${realm} on \`${foldHosts([...hosts])}\``).join("; ")}`,
    help: "leave `munge` of single groups out",
    examples: { breaking: exampleStack({ containers: [{ ...SAMP, mounts: [] }, AGG1, ...OTHERS] }), passing: exampleStack() },
  },
];
