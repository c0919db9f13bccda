import { expandHostlist, foldInOrder } from "../hostlist/hostlist";
import { HostlistError } from "../problems/errors";
import { SCALE_ASSUMPTIONS } from "../scale/assumptions";

type Places = Readonly<Partial<Record<"hosts" | "aggregators" | "storeOn", string | undefined>>>;

/** The last hosts, as many as their number asks for; where those are several, the very last one is left for the store. */
export function proposeAggregators({ hosts }: Places): string | undefined {
  const all = namesOf(hosts);
  const count = Math.max(1, Math.ceil((all.length - 1) / SCALE_ASSUMPTIONS.fanIn));
  return listOf(count === 1 ? all.slice(-1) : all.slice(-count - 1, -1));
}

/** The one aggregator, or a host that gathers what several have. */
export function proposeStoreHosts({ hosts, aggregators }: Places): string | undefined {
  const first = namesOf(aggregators);
  const others = without(namesOf(hosts), first);
  return first.length === 1 || others.length === 0 ? listOf(first) : others.at(-1);
}

/** All others; where there are none, every host. */
export function proposeSamplers({ hosts, aggregators, storeOn }: Places): string | undefined {
  const all = namesOf(hosts);
  const others = without(all, [...namesOf(aggregators), ...namesOf(storeOn)]);
  return listOf(others.length === 0 ? all : others);
}

/** None for a list that cannot be read: what is wrong with it is said where it was given. */
export function namesOf(hostlist: string | undefined): readonly string[] {
  try {
    return hostlist === undefined ? [] : expandHostlist(hostlist);
  } catch (error) {
    if (error instanceof HostlistError) return [];
    throw error;
  }
}

function without(hosts: readonly string[], taken: readonly string[]): readonly string[] {
  const names = new Set(taken);
  return hosts.filter((host) => !names.has(host));
}

function listOf(hosts: readonly string[]): string | undefined {
  return hosts.length === 0 ? undefined : foldInOrder(hosts);
}
