import type { EdgeRow, GroupRow } from "../../api";
import { edgeWords } from "./edge-words";

export interface GroupBox {
  readonly group: GroupRow;
  readonly x: number;
  readonly y: number;
}

export interface GroupLine {
  readonly edge: EdgeRow;
  /** Of the curve, as SVG writes it. */
  readonly path: string;
  /** Where its words stand: in the middle of it. */
  readonly x: number;
  readonly y: number;
}

export interface GroupLayout {
  readonly boxes: readonly GroupBox[];
  readonly lines: readonly GroupLine[];
  readonly boxWidth: number;
  readonly width: number;
  readonly height: number;
  /** Groups that found no place, the best of their column. */
  readonly leftOut: number;
}

export const BOX_HEIGHT = 92;
const BOX = { least: 142, most: 236 };
const GAP = { least: 44, across: 30, along: 18, down: 46 };
/** Of the words on a line, in pixels. */
const LETTER_PX = 6.4;
const MOST_IN_COLUMN = 8;

/** Data flows from left to right; where that is too wide, from top to bottom. */
export function layGroups(groups: readonly GroupRow[], edges: readonly EdgeRow[], width: number): GroupLayout {
  const drawn = groups.filter(({ column }) => column >= 0);
  const all = [...new Set(drawn.map(({ column }) => column))].sort((a, b) => a - b);
  const columns = all.map((column) => keepWorst(drawn.filter((group) => group.column === column)));
  const leftOut = drawn.length - columns.flat().length;
  const gaps = columns.slice(1).map((_, i) => gapBehind(columns[i]!, edges));
  const room = (width - gaps.reduce((sum, gap) => sum + gap, 0)) / Math.max(1, columns.length);
  const isAcross = room >= BOX.least;
  const laid = isAcross ? layAcross(columns, gaps, Math.floor(room)) : layDown(columns, width);
  return { ...laid, lines: drawLines(laid.boxes, edges, laid.boxWidth, isAcross), width, leftOut };
}

/** A column has as many as a page holds, those with trouble first. */
function keepWorst(column: readonly GroupRow[]): readonly GroupRow[] {
  if (column.length <= MOST_IN_COLUMN) return column;
  const kept = new Set([...column].sort((a, b) => troubleOf(b) - troubleOf(a) || b.daemons - a.daemons).slice(0, MOST_IN_COLUMN));
  return column.filter((group) => kept.has(group));
}

function troubleOf({ counts }: GroupRow): number {
  return counts.x * 4 + counts.d * 2 + counts.u;
}

type Laid = Pick<GroupLayout, "boxes" | "boxWidth" | "height">;

/** As much as the words on the lines there need. */
function gapBehind(column: readonly GroupRow[], edges: readonly EdgeRow[]): number {
  const ids = new Set(column.map(({ id }) => id));
  const words = edges.filter(({ from }) => ids.has(from)).flatMap((edge) => edgeWords(edge));
  const widest = Math.max(0, ...words.map(({ length }) => length * LETTER_PX));
  return widest === 0 ? GAP.least : widest + GAP.across;
}

function layAcross(columns: readonly (readonly GroupRow[])[], gaps: readonly number[], room: number): Laid {
  const boxWidth = Math.min(BOX.most, room);
  // What is left over goes between the columns.
  const spare = Math.min(60, columns.length > 1 ? ((room - boxWidth) * columns.length) / (columns.length - 1) : 0);
  const heightOf = (count: number) => count * (BOX_HEIGHT + GAP.along) - GAP.along;
  const height = Math.max(0, ...columns.map(({ length }) => heightOf(length)));
  const boxes: GroupBox[] = [];
  let x = 0;
  for (const [i, column] of columns.entries()) {
    const top = (height - heightOf(column.length)) / 2;
    for (const [row, group] of column.entries()) boxes.push({ group, x, y: top + row * (BOX_HEIGHT + GAP.along) });
    x += boxWidth + (gaps[i] ?? 0) + spare;
  }
  return { boxes, boxWidth, height };
}

function layDown(columns: readonly (readonly GroupRow[])[], width: number): Laid {
  const perRow = Math.max(1, Math.floor((width + GAP.along) / (BOX.least + GAP.along)));
  const widest = Math.min(perRow, Math.max(1, ...columns.map(({ length }) => length)));
  const boxWidth = Math.min(BOX.most, Math.floor((width - GAP.along * (widest - 1)) / widest));
  const boxes: GroupBox[] = [];
  let y = 0;
  for (const column of columns) {
    const rows = Math.ceil(column.length / perRow);
    for (const [i, group] of column.entries()) {
      const inRow = Math.min(perRow, column.length - Math.floor(i / perRow) * perRow);
      const left = (width - inRow * (boxWidth + GAP.along) + GAP.along) / 2;
      boxes.push({ group, x: left + (i % perRow) * (boxWidth + GAP.along), y: y + Math.floor(i / perRow) * (BOX_HEIGHT + GAP.along) });
    }
    y += rows * (BOX_HEIGHT + GAP.along) - GAP.along + GAP.down;
  }
  return { boxes, boxWidth, height: Math.max(0, y - GAP.down) };
}

function drawLines(boxes: readonly GroupBox[], edges: readonly EdgeRow[], boxWidth: number, isAcross: boolean): GroupLine[] {
  const boxOf = new Map(boxes.map((box) => [box.group.id, box]));
  return edges.flatMap((edge) => {
    const [from, to] = [boxOf.get(edge.from), boxOf.get(edge.to)];
    if (!from || !to) return [];
    const share = (own: readonly EdgeRow[], of: number) => (of * (own.indexOf(edge) + 0.5)) / own.length;
    const outs = edges.filter((one) => one.from === edge.from && boxOf.has(one.to));
    const ins = edges.filter((one) => one.to === edge.to && boxOf.has(one.from));
    if (isAcross) {
      const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + share(outs, BOX_HEIGHT), to.x, to.y + share(ins, BOX_HEIGHT)];
      const middle = (x1 + x2) / 2;
      return [{ edge, path: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`, x: middle, y: (y1 + y2) / 2 }];
    }
    const [x1, y1, x2, y2] = [from.x + share(outs, boxWidth), from.y + BOX_HEIGHT, to.x + share(ins, boxWidth), to.y];
    const middle = (y1 + y2) / 2;
    return [{ edge, path: `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`, x: (x1 + x2) / 2, y: middle }];
  });
}
