import type { Polled } from "../api";
import type { Asked } from "./asked";
import { ownEvent, streamEvents } from "./event-stream";
import { RefusedError } from "./refusal";

export const STREAM = "GET /api/stacks/:stack/events";
const POLL = "GET /api/stacks/:stack/poll";

const POLL_MS = 20_000;
/** How often the right of who waits is looked at. */
const LOOK_MS = 2000;

type AskedForEvents = Asked<typeof STREAM> | Asked<typeof POLL>;

/** Why somebody may see no more; undefined while they may. */
function endOf({ caller, parts }: AskedForEvents): string | undefined {
  if (!caller.isSignedIn()) return "you are signed out";
  return caller.roleOf(parts["stack"]!) === undefined ? "you may no longer see this stack" : undefined;
}

/** @returns what ends it. @throws RefusedError where there are too many readers */
function enter({ portal, caller, stack }: AskedForEvents): () => void {
  const leave = portal.readers.enter(caller.user);
  const detach = stack.watched.attach();
  return () => {
    leave();
    detach();
  };
}

export function openStream(asked: Asked<typeof STREAM>): Response {
  const onEnd = enter(asked);
  const { stack, query, caller } = asked;
  const body = streamEvents({
    ...{ log: stack.watched.log, after: query.after, onEnd },
    endOf: () => endOf(asked),
    isOld: () => caller.isOld(),
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      // nginx keeps a stream back without it.
      "x-accel-buffering": "no",
    },
  });
}

/** What has come behind the cursor, as soon as there is something. */
export async function pollEvents(asked: Asked<typeof POLL>): Promise<Polled> {
  const leave = enter(asked);
  const { log } = asked.stack.watched;
  const after = asked.query.after ?? log.cursor;
  const deadline = performance.now() + POLL_MS;
  try {
    for (;;) {
      const reason = endOf(asked);
      if (reason !== undefined) throw new RefusedError("signed-out", reason);
      const { entries, isLost } = log.readBehind(after);
      if (isLost) return { events: [ownEvent(log, { type: "reset" })] };
      if (entries.length > 0 || performance.now() > deadline) return { events: entries.map(({ event }) => event) };
      await log.change(after, LOOK_MS);
    }
  } finally {
    leave();
  }
}
