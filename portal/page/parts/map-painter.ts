import { LETTERS } from "../state/host-columns";
import type { MapCells } from "./map-cells";
import { STATES } from "./state-mark";

interface Painted {
  readonly cells: MapCells;
  readonly ranks: Uint8Array;
  readonly nameOf: (place: number) => string;
  readonly cursor: number;
}

/** Nothing is painted there yet. */
const BLANK = 255;
const [DOWN, DEGRADED, UNKNOWN] = [LETTERS.indexOf("x"), LETTERS.indexOf("d"), LETTERS.indexOf("u")];

/**
 * Paints a map. What a place looks like follows from the state there and not from whose it is, so that of ten thousand places those alone are
 * painted anew whose state is another one: with the worst first these are few.
 */
export class MapPainter {
  private readonly context: CanvasRenderingContext2D;
  private readonly colours: readonly string[];
  private readonly ground: string;
  private readonly text: string;
  private readonly sign: string;
  private size = "";
  private painted = new Uint8Array();
  private labels: string[] = [];
  private cursor = -1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d", { alpha: false })!;
    const colourOf = readColours(canvas);
    this.colours = LETTERS.map((letter) => colourOf(`--${STATES[letter].style}`));
    this.ground = colourOf("--panel");
    this.text = colourOf("--text");
    this.sign = colourOf("--panel");
  }

  paint({ cells, ranks, nameOf, cursor }: Painted): void {
    this.resize(cells);
    const cursorCell = Math.floor(cursor / cells.perCell);
    for (let cell = 0; cell < cells.count; cell++) {
      const { rank, label } = lookAtCell(cells, ranks, nameOf, cell);
      const isUnderCursor = cell === cursorCell || cell === this.cursor;
      if (!isUnderCursor && this.painted[cell] === rank && this.labels[cell] === label) continue;
      this.painted[cell] = rank;
      this.labels[cell] = label;
      this.paintCell(cells, cell, rank, label, cell === cursorCell);
    }
    this.cursor = cursorCell;
  }

  /** A canvas of another size is empty. */
  private resize({ kind, pitchX, pitchY, columns, count, height }: MapCells): void {
    const ratio = devicePixelRatio;
    const width = columns * pitchX;
    const size = [kind, ratio, width, height, pitchX, pitchY, count].join(" ");
    if (size === this.size) return;
    this.size = size;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.fillStyle = this.ground;
    this.context.fillRect(0, 0, width, height);
    this.painted = new Uint8Array(count).fill(BLANK);
    this.labels = [];
  }

  private paintCell(cells: MapCells, cell: number, rank: number, label: string, isCursor: boolean): void {
    const { context } = this;
    const { kind, pitchX, pitchY, columns } = cells;
    const [x, y] = [(cell % columns) * pitchX, Math.floor(cell / columns) * pitchY];
    context.fillStyle = this.ground;
    context.fillRect(x, y, pitchX, pitchY);
    if (kind === "dots") this.paintShape(rank, x + pitchX / 2, y + pitchY / 2, pitchX - 2);
    else this.paintBox({ x: x + 1, y: y + 1, width: pitchX - 3, height: pitchY - 3 }, rank, label, kind === "tiles");
    if (!isCursor) return;
    context.strokeStyle = this.text;
    const stroke = pitchX > 12 ? 2 : 1;
    context.lineWidth = stroke;
    context.strokeRect(x + stroke / 2, y + stroke / 2, pitchX - stroke, pitchY - stroke);
  }

  /** Well: a dot; degraded: a triangle; down: a full square with a cross; unknown: a ring. */
  private paintShape(rank: number, x: number, y: number, size: number): void {
    const { context } = this;
    const half = size / 2;
    context.fillStyle = this.colours[rank]!;
    context.strokeStyle = this.colours[rank]!;
    if (rank === DOWN) {
      context.fillRect(x - half, y - half, size, size);
      context.strokeStyle = this.sign;
      context.lineWidth = Math.max(1, size / 8);
      context.beginPath();
      context.moveTo(x - half / 2, y - half / 2);
      context.lineTo(x + half / 2, y + half / 2);
      context.moveTo(x + half / 2, y - half / 2);
      context.lineTo(x - half / 2, y + half / 2);
      context.stroke();
    } else if (rank === DEGRADED) {
      context.beginPath();
      context.moveTo(x, y - half);
      context.lineTo(x + half, y + half);
      context.lineTo(x - half, y + half);
      context.fill();
    } else if (rank === UNKNOWN) {
      context.lineWidth = Math.max(1, size / 6);
      context.beginPath();
      context.arc(x, y, half * 0.72, 0, 2 * Math.PI);
      context.stroke();
    } else {
      // The many: a square is painted faster than a disc, and nobody tells them apart at this size.
      const side = size > 8 ? size * 0.7 : size;
      context.fillRect(x - side / 2, y - side / 2, side, side);
    }
  }

  private paintBox(box: { x: number; y: number; width: number; height: number }, rank: number, label: string, isTile: boolean): void {
    const { context } = this;
    const colour = this.colours[rank]!;
    context.globalAlpha = isTile ? 0.16 : 0.85;
    context.fillStyle = colour;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.globalAlpha = 1;
    if (isTile) this.paintShape(rank, box.x + 13, box.y + box.height / 2, 11);
    context.fillStyle = isTile ? this.text : this.sign;
    context.font = isTile ? "12px ui-monospace, DejaVu Sans Mono, monospace" : "bold 11px sans-serif";
    context.textBaseline = "middle";
    context.textAlign = isTile ? "left" : "center";
    const left = isTile ? box.x + 25 : box.x + box.width / 2;
    context.fillText(cutStart(context, label, box.width - (isTile ? 29 : 2)), left, box.y + box.height / 2 + 0.5);
  }
}

/** The worst of its hosts colours a cell, and how many are not well stands in it. */
function lookAtCell(
  { kind, perCell }: MapCells,
  ranks: Uint8Array,
  nameOf: Painted["nameOf"],
  cell: number,
): { rank: number; label: string } {
  if (perCell === 1) return { rank: ranks[cell]!, label: kind === "tiles" ? nameOf(cell) : "" };
  let worst = ranks[cell * perCell]!;
  let notWell = 0;
  for (let place = cell * perCell; place < Math.min(ranks.length, (cell + 1) * perCell); place++) {
    worst = Math.min(worst, ranks[place]!);
    if (LETTERS[ranks[place]!] !== "o") notWell++;
  }
  return { rank: worst, label: notWell === 0 ? "" : String(notWell) };
}

function cutStart(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (text === "" || context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`…${text.slice(-length)}`).width > width) length--;
  // The end tells hosts apart.
  return `…${text.slice(-length)}`;
}

/** A property is text; what colour it is, an element knows. */
function readColours(beside: HTMLElement): (property: string) => string {
  return (property) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${property})`;
    beside.parentElement!.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
}
