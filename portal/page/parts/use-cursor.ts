import { useRef } from "preact/hooks";

/** A place in a list that keys move, as the last key has left it: several keys may come before the page is drawn again. */
export interface LatestCursor {
  readonly get: () => number;
  readonly set: (place: number) => void;
}

export function useCursor(cursor: number, onCursor: (place: number) => void): LatestCursor {
  const latest = useRef(cursor);
  latest.current = cursor;
  const set = (place: number) => {
    latest.current = place;
    onCursor(place);
  };
  return { get: () => latest.current, set };
}
