import { drawFewer } from "./drawn-groups";
import { isBroken, type SiteTopology, type TopologyNode } from "./site-topology";
import { edgeWords, nodeWords, noteWords, titleWords } from "./topology-words";

const MOST_CHARACTERS = 60;

/** As a flow chart of Mermaid's, for a page of Markdown. */
export function renderTopologyMermaid(topology: SiteTopology): string {
  const { nodes, edges } = drawFewer(topology);
  const idOf = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const broken = edges.flatMap((edge, i) => (isBroken(edge) ? [`  linkStyle ${i} stroke:#c00,color:#c00`] : []));
  return [
    "flowchart LR",
    ...[titleWords(topology), ...noteWords(topology)].map((line) => `  %% ${line}`),
    ...nodes.map((node) => `  ${idOf.get(node.id)}${renderNode(node)}`),
    ...edges.map((edge) => {
      const words = edgeWords(edge).join(", ");
      return `  ${idOf.get(edge.from)} -->${words === "" ? "" : `|"${escapeMermaid(words)}"|`} ${idOf.get(edge.to)}`;
    }),
    ...broken,
  ].join("\n");
}

function renderNode(node: TopologyNode): string {
  const { title, lines } = nodeWords(node, MOST_CHARACTERS);
  const text = `"${[title, ...lines].map(escapeMermaid).join("<br/>")}"`;
  return node.kind === "store" ? `[(${text})]` : `[${text}]`;
}

/** As Mermaid's own entities: what ends a text, begins Markdown or HTML, or an entity. @see https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters" */
function escapeMermaid(text: string): string {
  return text.replace(/["#&<>`\\;]/g, (sign) => `#${sign.codePointAt(0)};`);
}
