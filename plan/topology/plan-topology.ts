import type { AggregatorConfig, ClusterConfig, StoreConfig } from "../config/config";
import { listBelow } from "../daemons/below";
import { type DaemonGroup, listDaemons, planDaemonGroups } from "../daemons/daemon-group";
import { instanceOf } from "../daemons/plugin-schema";
import { listUpdaters } from "../daemons/updaters";
import type { PlannedDaemon } from "../model/daemon";
import { isServedByDsosd } from "../stores/kinds";
import type { SiteTopology, TopologyEdge, TopologyNode } from "./site-topology";

/** Of a group's plugins, so many are named: what a box of the picture holds. */
const NAMED_PLUGINS = 2;

/** What the stack file says of who pulls whom and where rows go; contacts nobody. */
export function planTopology(config: ClusterConfig): SiteTopology {
  const { groups } = planDaemonGroups(config);
  const ofStores = groups.reduce((most, { level }) => Math.max(most, level), 0) + 1;
  const stores = groups.flatMap((group) => listStoreNodes(group, ofStores));
  const { ui, grafana } = config;
  const web = (kind: "ui" | "grafana", column: number, host: string): TopologyNode => {
    return { id: kind, kind, name: kind, column, hosts: [host], daemons: 1, facts: [] };
  };
  return {
    stack: config.stack,
    nodes: [
      ...groups.map(groupNode),
      ...stores.map(({ node }) => node),
      ...(ui ? [web("ui", ofStores + 1, ui.host)] : []),
      ...(grafana ? [web("grafana", ofStores + 2, grafana.host)] : []),
    ],
    edges: [
      ...groups.flatMap((group) => listPullEdges(group, groups)),
      ...stores.map(({ node, group }) => flow(group.path, node.id, "store", group.hosts.length)),
      ...(ui ? stores.filter(({ isServed }) => isServed).map(({ node }) => flow(node.id, "ui", "query", node.daemons)) : []),
      ...(ui && grafana ? [flow("ui", "grafana", "query", 1)] : []),
    ],
    notes: config.maestro ? [`maestro on ${config.maestro.host} spreads the daemons over the aggregators`] : [],
  };
}

/** The daemons of each group, by the id of its node. */
export function listMembers(config: ClusterConfig): ReadonlyMap<string, readonly PlannedDaemon[]> {
  return new Map(planDaemonGroups(config).groups.map((group) => [group.path, listDaemons(group)]));
}

function groupNode(group: DaemonGroup): TopologyNode {
  const { path, name, level, hosts, port, perHost, xprt, auth, isExternal } = group;
  const ports = perHost === 1 ? port : `${port}-${port + perHost - 1}`;
  const address = `${xprt}:${ports}${auth === "none" ? "" : `, ${auth}`}`;
  const plugins = describePlugins(group);
  return {
    ...{ id: path, name, column: level, daemons: hosts.length },
    kind: level === 0 ? "samplers" : "aggregators",
    hosts: [...new Set(hosts)],
    facts: [isExternal ? `${address}, external` : address, ...(plugins === undefined ? [] : [plugins])],
  };
}

function describePlugins({ plugins }: DaemonGroup): string | undefined {
  if (plugins.length === 0) return undefined;
  const named = plugins.slice(0, NAMED_PLUGINS).map((plugin) => `${instanceOf(plugin)} ${plugin.interval}`);
  const others = plugins.length - named.length;
  return `${named.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

function listPullEdges(group: DaemonGroup, groups: readonly DaemonGroup[]): TopologyEdge[] {
  if (!group.aggregator) return [];
  const intervals = listIntervals(group.aggregator);
  return listBelow(group, groups).map((part) => ({
    ...flow(part.group.path, group.path, part.group.advertises ? "advertise" : "pull", part.indexes.length),
    intervals,
  }));
}

/** Those of the updaters that ask by themselves, each once. */
function listIntervals(aggregator: AggregatorConfig): string[] {
  const paced = listUpdaters(aggregator).filter(({ mode }) => mode === "pull" || mode === "auto");
  return [...new Set(paced.map(({ interval }) => interval))];
}

interface StoreOfGroup {
  readonly node: TopologyNode;
  readonly group: DaemonGroup;
  readonly isServed: boolean;
}

function listStoreNodes(group: DaemonGroup, column: number): StoreOfGroup[] {
  const { aggregator, path, hosts } = group;
  return (aggregator?.stores ?? []).map((store, i) => {
    const isServed = aggregator!.dsosd !== false && isServedByDsosd(store);
    const taken = store.schema ?? store.regex ?? store.stream;
    const facts = [`${store.plugin}${taken === undefined ? "" : `: ${taken}`}`, ...describePlace(store, isServed)];
    const place = { id: `${path}.stores[${i}]`, name: store.name, column, hosts: [...new Set(hosts)], daemons: hosts.length };
    return { node: { ...place, kind: "store", facts }, group, isServed };
  });
}

function describePlace({ brokers, path }: StoreConfig, isServed: boolean): string[] {
  const place = brokers === undefined ? path : `brokers ${brokers.join(", ")}`;
  const parts = [...(place === undefined ? [] : [place]), ...(isServed ? ["served by dsosd"] : [])];
  return parts.length > 0 ? [parts.join(", ")] : [];
}

function flow(from: string, to: string, kind: TopologyEdge["kind"], daemons: number): TopologyEdge {
  return { from, to, kind, daemons, intervals: [] };
}
