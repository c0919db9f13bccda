/** How hosts are laid out on a map: places in rows from left to right, each cell of one host or, where there are very many, of several. */
export interface MapCells {
  readonly kind: "tiles" | "dots" | "cells";
  /** From one cell to the next, in pixels. */
  readonly pitchX: number;
  readonly pitchY: number;
  readonly columns: number;
  readonly perCell: number;
  readonly count: number;
  readonly height: number;
  /** The first host of the cell at a point; undefined beside all of them. */
  readonly placeAt: (x: number, y: number) => number | undefined;
}

/** As many have their names written on them. */
const MOST_TILES = 64;
const TILE = { width: 116, height: 30 };
/** From one dot to the next; the largest with which all are seen at once. */
const DOTS = [18, 16, 14, 12, 10, 9, 8, 7, 6] as const;
const MOST_HEIGHT = 470;
/** A cell of several hosts, which has a count in it. */
const CELL = { width: 30, height: 22 };
const HOSTS_PER_CELL = [16, 32, 64, 128, 256] as const;

export function chooseCells(hosts: number, width: number): MapCells {
  if (hosts <= MOST_TILES) return layCells("tiles", hosts, width, { ...TILE, perCell: 1 });
  const dots = DOTS.map((pitch) => layCells("dots", hosts, width, { width: pitch, height: pitch, perCell: 1 }));
  const fitting = dots.find(({ height }) => height <= MOST_HEIGHT);
  if (fitting) return fitting;
  const cells = HOSTS_PER_CELL.map((perCell) => layCells("cells", hosts, width, { ...CELL, perCell }));
  return cells.find(({ height }) => height <= MOST_HEIGHT) ?? cells.at(-1)!;
}

interface CellSize {
  readonly width: number;
  readonly height: number;
  readonly perCell: number;
}

function layCells(kind: MapCells["kind"], hosts: number, width: number, size: CellSize): MapCells {
  const columns = Math.max(1, Math.floor(width / size.width));
  // Tiles share what is left over.
  const pitchX = kind === "tiles" ? width / columns : size.width;
  const count = Math.ceil(hosts / size.perCell);
  const rows = Math.ceil(count / columns);
  const placeAt = (x: number, y: number) => {
    const [column, row] = [Math.floor(x / pitchX), Math.floor(y / size.height)];
    const cell = row * columns + column;
    return column < 0 || row < 0 || column >= columns || cell >= count ? undefined : cell * size.perCell;
  };
  return { kind, pitchX, pitchY: size.height, columns, perCell: size.perCell, count, height: rows * size.height, placeAt };
}
