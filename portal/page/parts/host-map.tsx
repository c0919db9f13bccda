import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { chooseCells, type MapCells } from "./map-cells";
import { MapPainter } from "./map-painter";
import { useCursor } from "./use-cursor";

interface HostMapArgs {
  /** State of the host at each place, as an index into LETTERS. */
  readonly ranks: Uint8Array;
  readonly nameOf: (place: number) => string;
  /** One sentence: what a person sees at a glance. */
  readonly summary: string;
  readonly cursor: number;
  readonly onCursor: (place: number) => void;
  readonly onOpen: (place: number) => void;
  /** Colours were changed. */
  readonly theme: string;
}

/** Every host as a tile, a dot or a part of a cell, by how many there are. The table below has the same for who does not see it. */
export function HostMap({ ranks, nameOf, summary, cursor, onCursor, onOpen, theme }: HostMapArgs) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<MapPainter | undefined>(undefined);
  const [width, setWidth] = useState(0);
  const latest = useCursor(cursor, onCursor);

  // Before it is seen: a key that comes at once moves by its cells as they will be.
  useLayoutEffect(() => {
    const box = canvas.current!.parentElement!;
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    setWidth(Math.floor(box.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)));
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const cells = chooseCells(ranks.length, width);
  // `theme` stands for its colours, which are asked for once.
  useEffect(() => {
    painter.current = new MapPainter(canvas.current!);
  }, [theme]);
  useEffect(() => {
    if (width > 0) painter.current?.paint({ cells, ranks, nameOf, cursor });
  });

  const placeAt = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return cells.placeAt(event.clientX - box.left, event.clientY - box.top);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, cells);
    if (event.key === "Enter" && ranks.length > 0) onOpen(latest.get());
    else if (step !== undefined) latest.set(Math.max(0, Math.min(ranks.length - 1, latest.get() + step)));
    else return;
    event.preventDefault();
  };
  return (
    <div class="map">
      <canvas
        ref={canvas}
        role="img"
        aria-label={summary}
        // The arrows move its cursor.
        tabIndex={0}
        onKeyDown={onKeyDown}
        onMouseMove={(event) => {
          const place = placeAt(event);
          if (place !== undefined) onCursor(place);
        }}
        onClick={(event) => {
          const place = placeAt(event);
          if (place !== undefined) onOpen(place);
        }}
      />
    </div>
  );
}

function stepOf(key: string, { perCell, columns }: MapCells): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: perCell,
    ArrowLeft: -perCell,
    ArrowDown: perCell * columns,
    ArrowUp: -perCell * columns,
  };
  return steps[key];
}
