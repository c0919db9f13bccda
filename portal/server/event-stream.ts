import type { PortalChange, PortalEvent } from "../api";
import { type EventLog, renderFrame } from "./event-log";

export interface StreamArgs {
  readonly log: EventLog;
  /** Undefined: from now on. */
  readonly after: string | undefined;
  /** Why the reader may see no more; undefined while it may. Asked in front of every event. */
  readonly endOf: () => string | undefined;
  /** The reader is to come again, by what it has read so far. */
  readonly isOld: () => boolean;
  readonly onEnd: () => void;
}

/** A right that has ended is seen within this time, whether or not anything happens; the page wants to hear something every 15 s. */
const LOOK_MS = 2000;
const HEARTBEAT_MS = 15_000;

/** The events as they come, for as long as the reader may see them; written when it has room for them. */
export function streamEvents(args: StreamArgs): ReadableStream<Uint8Array> {
  const frames = readFrames(args);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await frames.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        args.onEnd();
        await frames.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* readFrames({ log, after, endOf, isOld, onEnd }: StreamArgs): AsyncGenerator<string, void> {
  try {
    // A page that never sees this line is behind a proxy that keeps it back.
    yield ": open\n\n";
    let cursor = after ?? log.cursor;
    let saidAt = performance.now();
    for (;;) {
      const reason = endOf();
      if (reason !== undefined) return yield own(log, { type: "end", reason });
      if (isOld()) return;
      const behind = log.readBehind(cursor);
      cursor = behind.cursor;
      if (behind.isLost) yield own(log, { type: "reset" });
      else if (behind.entries.length > 0) yield behind.entries.map(({ text }) => text).join("");
      else if (performance.now() - saidAt >= HEARTBEAT_MS) yield ": still here\n\n";
      else {
        await log.change(cursor, LOOK_MS);
        continue;
      }
      saidAt = performance.now();
    }
  } finally {
    onEnd();
  }
}

function own(log: EventLog, change: PortalChange): string {
  return renderFrame(ownEvent(log, change));
}

/** For one reader alone: it has no number of its own. */
export function ownEvent({ cursor }: EventLog, change: PortalChange): PortalEvent {
  return { cursor, at: Date.now() / 1000, ...change };
}
