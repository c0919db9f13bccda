import type { Site } from "../../automation/site";
import { foldHosts } from "../../plan/hostlist/fold";
import type { PlannedDaemon } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { SiteTopology } from "../../plan/topology/site-topology";
import type { EdgeRow, GroupRow, ServiceAddress } from "../api";

export type Group = Omit<GroupRow, "counts">;

/** What of a stack stays while its file stays: its hosts by number, its groups, and which container is of which. */
export interface Layout {
  readonly hosts: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly groups: readonly Group[];
  readonly edges: readonly EdgeRow[];
  readonly notes: readonly string[];
  /** Indices of `groups`, by `placeOf`. */
  readonly groupsOf: ReadonlyMap<string, readonly number[]>;
  /** One a host, its first; -1: none. */
  readonly firstGroups: readonly number[];
  readonly services: readonly ServiceAddress[];
  readonly plan: DeploymentPlan;
}

export const UNPLANNED = "unplanned";

export function placeOf(host: string, container: string): string {
  return `${host}/${container}`;
}

/** Contacts no host. @throws ConfigError with every problem of the stack file */
export async function readLayout(site: Site): Promise<Layout> {
  const [{ plan }, topology, members] = await Promise.all([site.plan(), site.topology(), site.members()]);
  return planLayout(plan, topology, members);
}

export function planLayout(plan: DeploymentPlan, topology: SiteTopology, members: ReadonlyMap<string, readonly PlannedDaemon[]>): Layout {
  const groups: Group[] = topology.nodes.map(({ hosts, daemons, facts, id, kind, name, column }) => {
    return { id, kind, name, column, hosts: foldHosts(hosts), daemons, facts };
  });
  const containers = plan.hosts.flatMap(({ containers: own }) => own);
  const groupsOf = new Map<string, number[]>();
  const join = (place: string, group: number) => groupsOf.set(place, [...(groupsOf.get(place) ?? []), group]);
  topology.nodes.forEach(({ id, kind }, i) => {
    // A store is as well as the daemons that write it.
    const daemons = members.get(kind === "store" ? id.replace(/\.stores\[\d+\]$/, "") : id) ?? [];
    for (const { host, container } of daemons) join(placeOf(host, container), i);
    for (const { host, name, role } of containers) if (role === kind) join(placeOf(host, name), i);
  });
  const others = containers.filter(({ host, name }) => !groupsOf.has(placeOf(host, name)));
  for (const role of [...new Set(others.map((one) => one.role))]) {
    const own = others.filter((one) => one.role === role);
    const hosts = foldHosts(own.map(({ host }) => host));
    groups.push({ id: role, kind: "service", name: role, column: -1, hosts, daemons: own.length, facts: [] });
    for (const { host, name } of own) join(placeOf(host, name), groups.length - 1);
  }
  const hosts = plan.hosts.map(({ name }) => name);
  return {
    hosts,
    indexOf: new Map(hosts.map((host, i) => [host, i])),
    groups,
    edges: foldEdges(topology.edges),
    notes: topology.notes,
    groupsOf,
    firstGroups: plan.hosts.map(({ name: host, containers: [first] }) =>
      first ? (groupsOf.get(placeOf(host, first.name))?.[0] ?? -1) : -1,
    ),
    services: (["grafana", "ui"] as const).flatMap((service): ServiceAddress[] => {
      const url = plan.endpoints[service];
      return url === undefined ? [] : [{ service, ...(isWebAddress(url) && { url }), tunnel: `ldms tunnel -s ${plan.stack} ${service}` }];
    }),
    plan,
  };
}

export function foldEdges(edges: SiteTopology["edges"]): readonly EdgeRow[] {
  return edges.map(({ from, to, kind, daemons, intervals, connected }) => {
    return { from, to, kind, daemons, intervals, ...(connected !== undefined && { connected }) };
  });
}

/** Anything else would run in the page that shows it as a link. */
function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
}
