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
