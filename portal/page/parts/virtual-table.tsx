// biome-ignore-all lint/a11y/useSemanticElements: a row that stands where it belongs among ten thousand is no row of a `table`
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its row
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useCursor } from "./use-cursor";

export interface TableColumn {
  readonly title: string;
  /** A part of a grid's columns: `minmax(120px, 1fr)`. */
  readonly width: string;
  /** Not on a narrow screen. */
  readonly isExtra?: boolean;
}

interface VirtualTableArgs {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly count: number;
  readonly cursor: number;
  readonly onCursor: (row: number) => void;
  readonly onOpen: (row: number) => void;
  readonly keyOf: (row: number) => string | number;
  readonly cells: (row: number) => readonly ComponentChildren[];
}

const ROW_PX = 30;
/** Rows beyond each edge, so that a quick scroll shows no gap. */
const OVERSCAN = 6;

/** As many rows as are seen, of as many as there are; one stop of the tab key, the arrows move in it. */
export function VirtualTable({ label, columns, count, cursor, onCursor, onOpen, keyOf, cells }: VirtualTableArgs) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [seen, setSeen] = useState({ top: 0, height: 480 });
  const latest = useCursor(cursor, onCursor);

  useEffect(() => {
    const node = box.current!;
    const measure = () => setSeen({ top: node.scrollTop, height: node.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);

  const moveTo = (row: number) => {
    const next = Math.max(0, Math.min(count - 1, row));
    latest.set(next);
    const node = box.current!;
    const [top, bottom] = [next * ROW_PX, (next + 1) * ROW_PX + ROW_PX];
    if (top < node.scrollTop) node.scrollTop = top;
    else if (bottom > node.scrollTop + node.clientHeight) node.scrollTop = bottom - node.clientHeight;
  };
  const page = Math.max(1, Math.floor(seen.height / ROW_PX) - 2);
  const steps: Readonly<Record<string, () => void>> = {
    ArrowDown: () => moveTo(latest.get() + 1),
    ArrowUp: () => moveTo(latest.get() - 1),
    PageDown: () => moveTo(latest.get() + page),
    PageUp: () => moveTo(latest.get() - page),
    Home: () => moveTo(0),
    End: () => moveTo(count - 1),
    Enter: () => count > 0 && onOpen(latest.get()),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step();
  };

  const first = Math.max(0, Math.floor(seen.top / ROW_PX) - OVERSCAN);
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / ROW_PX) + OVERSCAN);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  const template = columns.map(({ width }) => width).join(" ");
  const narrow = columns.filter(({ isExtra }) => !isExtra).map(({ width }) => width);
  const styleOf = (i: number) => (columns[i]?.isExtra ? "cell cell-extra" : "cell");
  return (
    <div
      ref={box}
      class="table"
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-activedescendant={count > 0 ? `${id}-${cursor}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={() => setSeen({ top: box.current!.scrollTop, height: box.current!.clientHeight })}
      style={{ "--columns": template, "--narrow": narrow.join(" ") }}
    >
      <div class="row row-head" role="row" aria-rowindex={1}>
        {columns.map(({ title }, i) => (
          <span key={title} role="columnheader" class={styleOf(i)}>
            {title}
          </span>
        ))}
      </div>
      <div class="rows" role="rowgroup" style={{ height: `${count * ROW_PX}px` }}>
        {rows.map((row) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the grid's
          <div
            key={keyOf(row)}
            id={`${id}-${row}`}
            class={row === cursor ? "row row-cursor" : "row"}
            role="row"
            aria-rowindex={row + 2}
            aria-selected={row === cursor}
            style={{ transform: `translateY(${row * ROW_PX}px)` }}
            onClick={() => {
              onCursor(row);
              onOpen(row);
            }}
          >
            {cells(row).map((cell, i) => (
              <span key={columns[i]!.title} role="gridcell" class={styleOf(i)}>
                {cell}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
