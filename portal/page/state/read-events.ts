import type { PortalEvent } from "../../api";

/** Feeds on the text of a stream as it comes, in pieces of any size, and gives what is whole: events and comments, each as often as it came. */
export class EventReader {
  private rest = "";

  /** @returns the events that this piece completed */
  push(piece: string): PortalEvent[] {
    const blocks = (this.rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const data = block
        .split("\n")
        .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trimStart()] : []))
        .join("\n");
      return data === "" ? [] : [JSON.parse(data) as PortalEvent];
    });
  }
}

/** Nothing but what keeps a stream back brings an event so late. */
const LATE_SECONDS = 3;

/** Something on the way gathers what is said, and lets it go later. @param openedAt of the stream, as `now` by the server's clock: what was said before is late by itself */
export function areKeptBack(events: readonly PortalEvent[], openedAt: number, now: number): boolean {
  return events.some(({ at }) => at > openedAt && now - at > LATE_SECONDS);
}

/** As many cursors as are remembered; the server sends no older ones again. */
const REMEMBERED = 2000;

/** Lets each event through once. */
export class SeenCursors {
  private readonly seen = new Set<string>();

  isNew({ cursor }: PortalEvent): boolean {
    if (this.seen.has(cursor)) return false;
    this.seen.add(cursor);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.values().next().value!);
    return true;
  }
}
