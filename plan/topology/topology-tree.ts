import { groupBy } from "../text/group-by";
import { drawFewer } from "./drawn-groups";
import { isBroken, type SiteTopology, type TopologyEdge, type TopologyNode } from "./site-topology";
import { edgeWords, nodeWords, noteWords, titleWords } from "./topology-words";

/** Of each piece of a line. */
const MOST_CHARACTERS = 60;

/** As a tree with the readers of the data at its roots and the samplers at its ends; a group with several readers is written once. */
export function renderTopologyTree(topology: SiteTopology): string {
  const drawn = drawFewer(topology);
  const sources = groupBy(drawn.edges, ({ to }) => to);
  const read = new Set(drawn.edges.map(({ from }) => from));
  const nodeOf = new Map(drawn.nodes.map((node) => [node.id, node]));
  const written = new Set<string>();

  const below = (id: string, indent: string): string[] => {
    const edges = sources.get(id) ?? [];
    return edges.flatMap((edge, i) => {
      const isLast = i === edges.length - 1;
      const [line, ...more] = branch(nodeOf.get(edge.from)!, edge, `${indent}${isLast ? "   " : "│  "}`);
      return [`${indent}${isLast ? "└─ " : "├─ "}${line}`, ...more];
    });
  };
  const branch = (node: TopologyNode, edge: TopologyEdge | undefined, indent: string): string[] => {
    const words = edge === undefined ? "" : edgeWords(edge).join(", ");
    const way = words === "" ? "" : `[${words}${edge && isBroken(edge) ? " !" : ""}] `;
    const { title, lines } = nodeWords(node, MOST_CHARACTERS);
    if (written.has(node.id)) return [`${way}${title} (see above)`];
    written.add(node.id);
    const place = lines[0]!.startsWith("on ") ? " " : ": ";
    return [`${way}${title}${place}${lines.join(", ")}`, ...below(node.id, indent)];
  };

  const roots = drawn.nodes.filter(({ id }) => !read.has(id)).sort((a, b) => b.column - a.column);
  return [titleWords(topology), "", ...roots.flatMap((node) => branch(node, undefined, "")), ...noteWords(topology)].join("\n");
}
