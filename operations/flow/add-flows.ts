import type { PlannedDaemon } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { groupBy } from "../../plan/text/group-by";
import type { SiteTopology, TopologyEdge } from "../../plan/topology/site-topology";
import { findProducer } from "../chain/edge";
import type { AggregatorFlow } from "./flow-script";

/** An aggregator that was asked. */
export interface AskedDaemon {
  readonly daemon: PlannedDaemon;
  readonly flow?: AggregatorFlow;
  /** Why it did not tell. */
  readonly fault?: string;
}

/** The daemons of each group, by its id. */
export type Members = ReadonlyMap<string, readonly PlannedDaemon[]>;

type Place = Pick<PlannedDaemon, "host" | "container">;

const keyOf = ({ host, container }: Place) => JSON.stringify([host, container]);

/** The topology with what its aggregators said of themselves. A group of which one did not tell has no figures: they would look like losses. */
export function addFlows(topology: SiteTopology, plan: DeploymentPlan, members: Members, asked: readonly AskedDaemon[]): SiteTopology {
  const groupOf = new Map([...members].flatMap(([id, daemons]) => daemons.map((daemon) => [keyOf(daemon), id] as const)));
  const told = listTold(asked, ({ daemon }) => groupOf.get(keyOf(daemon))!);
  const connected = countConnected(plan, asked, (place) => groupOf.get(keyOf(place))!);
  const nameOf = new Map(topology.nodes.map(({ id, name }) => [id, name]));
  const sourcesOf = (id: string) => topology.edges.filter(({ to }) => to === id).length;
  const figuresOf = (edge: TopologyEdge) => {
    if (edge.kind === "store") return rate("rowsPerSecond", told.get(edge.from), (flow) => flow.rowsPerSecond.get(nameOf.get(edge.to)!));
    const flows = told.get(edge.to);
    if (!flows) return {};
    return {
      connected: connected.get(JSON.stringify([edge.from, edge.to])) ?? 0,
      ...(sourcesOf(edge.to) === 1 && rate("setsPerSecond", flows, (flow) => flow.setsPerSecond)),
    };
  };
  return {
    ...topology,
    nodes: topology.nodes.map((node) =>
      sourcesOf(node.id) > 1 && node.kind === "aggregators"
        ? { ...node, ...rate("setsPerSecond", told.get(node.id), (flow) => flow.setsPerSecond) }
        : node,
    ),
    edges: topology.edges.map((edge) => (edge.kind === "query" ? edge : { ...edge, ...figuresOf(edge) })),
    faults: asked.flatMap(({ daemon, fault }) =>
      fault === undefined ? [] : [{ host: daemon.host, message: `${daemon.container}: ${fault}` }],
    ),
  };
}

/** What all aggregators of a group said, by its id; groups of which one did not tell are left out. */
function listTold(asked: readonly AskedDaemon[], groupOf: (one: AskedDaemon) => string): ReadonlyMap<string, readonly AggregatorFlow[]> {
  const groups = [...groupBy(asked, groupOf)].filter(([, all]) => all.every(({ flow }) => flow !== undefined));
  return new Map(groups.map(([group, all]) => [group, all.flatMap(({ flow }) => flow ?? [])]));
}

/** The sum, where every aggregator tells it. */
function rate(
  key: "setsPerSecond" | "rowsPerSecond",
  flows: readonly AggregatorFlow[] = [],
  figureOf: (flow: AggregatorFlow) => number | undefined,
): { readonly [Key in typeof key]?: number } {
  const figures = flows.flatMap((flow) => figureOf(flow) ?? []);
  return flows.length > 0 && figures.length === flows.length ? { [key]: figures.reduce((sum, figure) => sum + figure, 0) } : {};
}

/** Daemons of one group that some aggregator of the other is connected to, by both ids. */
function countConnected(
  plan: DeploymentPlan,
  asked: readonly AskedDaemon[],
  groupOf: (place: Place) => string,
): ReadonlyMap<string, number> {
  const portOf = new Map(plan.daemons.map((daemon) => [keyOf(daemon), daemon.port]));
  const answers = new Map(asked.flatMap(({ daemon, flow }) => (flow ? [[keyOf(daemon), indexProducers(flow)] as const] : [])));
  const counts = new Map<string, number>();
  for (const { aggregators, producers } of plan.pulls) {
    const answering = aggregators.flatMap((place) => answers.get(keyOf(place)) ?? []);
    const to = groupOf(aggregators[0]!);
    for (const producer of producers) {
      const port = portOf.get(keyOf(producer))!;
      if (!answering.some((answer) => findProducer(producer, port, answer)?.state === "CONNECTED")) continue;
      const key = JSON.stringify([groupOf(producer), to]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

function indexProducers({ producers }: AggregatorFlow) {
  return {
    byAddress: new Map(producers.map((row) => [row.address, row])),
    byName: new Map(producers.map((row) => [row.name, row])),
  };
}
