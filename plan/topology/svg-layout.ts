import type { SiteTopology, TopologyEdge, TopologyNode } from "./site-topology";
import { edgeWords, type NodeWords, nodeWords } from "./topology-words";

/** Of each line in a box. */
const MOST_CHARACTERS = 38;
/** Of a sans-serif letter on the average, and what the text sizes below take, in pixels. */
const LETTER = { title: 8, line: 6.8, edge: 6.3 };
export const LINE_HEIGHT = 16;
export const MARGIN = 24;
const PADDING = 10;
const TITLE_HEIGHT = 40;
const ROW_GAP = 28;
/** Between two columns, beside the words of the lines there. */
const COLUMN_GAP = 60;
/** What the words of one line need in height: some above it, some below. */
const LANE = 34;

export interface Box extends NodeWords {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Curve {
  readonly edge: TopologyEdge;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** What stands above its beginning, and what below. */
  readonly above: string;
  readonly below: string;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly curves: readonly Curve[];
  readonly width: number;
  /** Of the drawing, notes not counted. */
  readonly height: number;
}

/** Columns from left to right, each in the middle of the page's height. */
export function layOut({ nodes, edges }: SiteTopology): Layout {
  const columns = [...new Set(nodes.map(({ column }) => column))].sort((a, b) => a - b);
  const sized = columns.map((column) => nodes.filter((node) => node.column === column).map((node) => sizeBox(node, edges)));
  const heights = sized.map((boxes) => boxes.reduce((sum, { height }) => sum + height + ROW_GAP, -ROW_GAP));
  const tallest = Math.max(...heights, 0);
  const boxes: Box[] = [];
  let x = MARGIN;
  for (const [i, column] of sized.entries()) {
    const width = Math.max(...column.map((box) => box.width));
    let y = TITLE_HEIGHT + MARGIN + (tallest - heights[i]!) / 2;
    for (const box of column) {
      boxes.push({ ...box, width, x, y });
      y += box.height + ROW_GAP;
    }
    const isLast = i === sized.length - 1;
    x += width + (isLast ? MARGIN : COLUMN_GAP + widestWords(column, edges));
  }
  return { boxes, curves: drawCurves(boxes, edges), width: Math.ceil(x), height: Math.ceil(TITLE_HEIGHT + tallest + 2 * MARGIN) };
}

type SizedBox = Omit<Box, "x" | "y">;

function sizeBox(node: TopologyNode, edges: readonly TopologyEdge[]): SizedBox {
  const words = nodeWords(node, MOST_CHARACTERS);
  const width = Math.max(words.title.length * LETTER.title, ...words.lines.map((line) => line.length * LETTER.line)) + 2 * PADDING;
  const lanes = edges.filter(({ from }) => from === node.id).length;
  const height = Math.max((words.lines.length + 1) * LINE_HEIGHT + PADDING, lanes > 1 ? lanes * LANE : 0);
  return { node, ...words, width, height };
}

function widestWords(column: readonly SizedBox[], edges: readonly TopologyEdge[]): number {
  const ids = new Set(column.map(({ node }) => node.id));
  const words = edges.filter(({ from }) => ids.has(from)).flatMap((edge) => Object.values(splitWords(edge)));
  return Math.max(0, ...words.map((text) => text.length * LETTER.edge));
}

function splitWords(edge: TopologyEdge): Pick<Curve, "above" | "below"> {
  const [first = "", ...others] = edgeWords(edge);
  return { above: first, below: others.join(", ") };
}

/** Lines leave a box, and come to one, side by side. */
function drawCurves(boxes: readonly Box[], edges: readonly TopologyEdge[]): Curve[] {
  const boxOf = new Map(boxes.map((box) => [box.node.id, box]));
  const heightAt = (box: Box, others: readonly Box[], other: Box) => {
    const above = others.filter(({ x, y }) => y < other.y || (y === other.y && x < other.x)).length;
    return box.y + (box.height * (above + 0.5)) / others.length;
  };
  return edges.map((edge) => {
    const [source, target] = [boxOf.get(edge.from)!, boxOf.get(edge.to)!];
    const targets = edges.filter((one) => one.from === edge.from).map((one) => boxOf.get(one.to)!);
    const sources = edges.filter((one) => one.to === edge.to).map((one) => boxOf.get(one.from)!);
    return {
      ...{ edge, x1: source.x + source.width, x2: target.x },
      y1: heightAt(source, targets, target),
      y2: heightAt(target, sources, source),
      ...splitWords(edge),
    };
  });
}
