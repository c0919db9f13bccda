import type { EdgeRow } from "../../api";
import { renderCount } from "../text/render-number";

/** Fewer are connected than should be. */
export function isEdgeBroken({ connected, daemons }: EdgeRow): boolean {
  return connected !== undefined && connected < daemons;
}

/** What stands above a line, and what below: `✕ 8,996/9,000` and `1s`. */
export function edgeWords(edge: EdgeRow): readonly [count: string, pace: string] {
  const { connected, daemons, intervals } = edge;
  const count = connected === undefined ? "" : `${renderCount(connected)}/${renderCount(daemons)}`;
  const pace = intervals.length > 2 ? `${intervals.length} paces` : intervals.join(", ");
  return [isEdgeBroken(edge) ? `✕ ${count}` : count, pace];
}
