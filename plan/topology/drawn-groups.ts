import { foldHosts } from "../hostlist/fold";
import { groupBy } from "../text/group-by";
import { countOf } from "../text/text";
import type { SiteTopology, TopologyEdge, TopologyNode } from "./site-topology";

/** Of one column: what a page holds, and an eye takes in. */
export const MOST_DRAWN = 8;

/**
 * The same with few enough nodes for a page: of a column that has more than a page holds, groups that are alike are one node,
 * and where that is not enough the smallest ones are one, too. Nothing is left out of the counts.
 */
export function drawFewer(topology: SiteTopology): SiteTopology {
  const columns = [...new Set(topology.nodes.map(({ column }) => column))].sort((a, b) => b - a);
  // From the right, so that what goes to groups that are one by now is alike.
  return columns.reduce((drawn, column) => {
    const isFull = drawn.nodes.filter((node) => node.column === column).length > MOST_DRAWN;
    return isFull ? joinSmallest(joinAlike(drawn, column), column) : drawn;
  }, topology);
}

function joinAlike(topology: SiteTopology, column: number): SiteTopology {
  const out = groupBy(topology.edges, ({ from }) => from);
  const shapeOf = ({ id, kind, facts }: TopologyNode) =>
    JSON.stringify([kind, facts, (out.get(id) ?? []).map(({ to, kind: way, intervals }) => [to, way, intervals])]);
  const sets = groupBy(
    topology.nodes.filter((node) => node.column === column),
    shapeOf,
  );
  return [...sets.values()].reduce((drawn, alike) => join(drawn, alike, alike[0]!.facts), topology);
}

function joinSmallest(topology: SiteTopology, column: number): SiteTopology {
  const nodes = topology.nodes.filter((node) => node.column === column);
  if (nodes.length <= MOST_DRAWN) return topology;
  const bySize = [...nodes].sort((a, b) => b.daemons - a.daemons);
  return join(topology, bySize.slice(MOST_DRAWN - 1), []);
}

/** One node in the place of several. */
function join(topology: SiteTopology, several: readonly TopologyNode[], facts: readonly string[]): SiteTopology {
  const [first, ...others] = several;
  if (first === undefined || others.length === 0) return topology;
  const gone = new Set(others.map(({ id }) => id));
  const known = several.flatMap(({ setsPerSecond }) => setsPerSecond ?? []);
  const one: TopologyNode = {
    ...{ id: first.id, kind: first.kind, column: first.column, facts },
    name: `${foldHosts(several.map(({ name }) => name))} (${countOf(several.length, first.kind === "store" ? "store" : "group")})`,
    hosts: several.flatMap(({ hosts }) => hosts),
    daemons: sum(several.map(({ daemons }) => daemons)),
    ...(known.length > 0 && { setsPerSecond: sum(known) }),
  };
  const moved = (id: string) => (gone.has(id) ? first.id : id);
  const edges = topology.edges.map((edge) => ({ ...edge, from: moved(edge.from), to: moved(edge.to) }));
  return {
    ...topology,
    nodes: topology.nodes.flatMap((node) => (node.id === first.id ? [one] : gone.has(node.id) ? [] : [node])),
    edges: [...groupBy(edges, ({ from, to, kind }) => JSON.stringify([from, to, kind])).values()].map(joinEdges),
  };
}

function joinEdges(edges: readonly TopologyEdge[]): TopologyEdge {
  const { from, to, kind } = edges[0]!;
  // Of one whose aggregator did not tell nobody knows, and so of all.
  const total = (key: "connected" | "setsPerSecond" | "rowsPerSecond") => {
    const known = edges.flatMap((edge) => edge[key] ?? []);
    return known.length === edges.length ? { [key]: sum(known) } : {};
  };
  return {
    ...{ from, to, kind },
    daemons: sum(edges.map(({ daemons }) => daemons)),
    intervals: [...new Set(edges.flatMap(({ intervals }) => intervals))],
    ...total("connected"),
    ...total("setsPerSecond"),
    ...total("rowsPerSecond"),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
