import { signal } from "@preact/signals";
import type { PortalEvent } from "../../api";
import { call, RefusedError, refusedWith, send } from "./api-client";
import { readServerClock } from "./clock";
import { areKeptBack, EventReader, SeenCursors } from "./read-events";

/** `polling`: something between here and the server keeps streams back. */
export type Connection = "connecting" | "live" | "polling" | "lost" | "paused" | "ended";

export const connection = signal<Connection>("connecting");
/** When the server was heard last, by this machine's clock in milliseconds. */
export const heardAt = signal(Date.now());

/** The server says something at once, and then every 15 s. */
const FIRST_WORD_MS = 6_000;
const SILENCE_MS = 20_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** So long it polls where a stream never said a word, or said it late; then it tries one again. */
const POLL_MS = 5 * 60_000;

export interface FollowArgs {
  readonly stack: string;
  /** Behind which event to begin. */
  readonly cursor: string;
  readonly onEvent: (event: PortalEvent) => void;
  readonly signal: AbortSignal;
}

/** Follows a stack's events until the signal comes: by a stream, or by polling where a stream is silent; goes on behind the last one after each loss. */
export async function followEvents({ stack, cursor, onEvent, signal }: FollowArgs): Promise<void> {
  const seen = new SeenCursors();
  let [after, pollUntil, retryMs] = [cursor, 0, FIRST_RETRY_MS];
  const take = (events: readonly PortalEvent[]) => {
    heardAt.value = Date.now();
    retryMs = FIRST_RETRY_MS;
    for (const event of events) {
      // What is said to one reader alone has no cursor of its own.
      const isOwn = event.type === "reset" || event.type === "end";
      if (!isOwn && !seen.isNew(event)) continue;
      after = event.cursor;
      onEvent(event);
    }
  };
  while (!signal.aborted) {
    try {
      if (Date.now() < pollUntil) {
        take(await pollOnce(stack, after, signal));
        connection.value = "polling";
      } else if ((await readStream({ stack, after, take, signal })) === "kept back") pollUntil = Date.now() + POLL_MS;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RefusedError && [401, 403, 404].includes(error.status)) {
        connection.value = "ended";
        return;
      }
      connection.value = error instanceof StreamEnd ? "connecting" : "lost";
      await sleep(retryMs, signal);
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    }
  }
}

/** The server ended it by itself: streams come anew after a while. */
class StreamEnd extends Error {}

interface StreamArgs {
  readonly stack: string;
  readonly after: string;
  readonly take: (events: readonly PortalEvent[]) => void;
  readonly signal: AbortSignal;
}

/** @returns that it said nothing for too long, or too late @throws where it was lost */
async function readStream({ stack, after, take, signal }: StreamArgs): Promise<"kept back" | "fell silent"> {
  const abort = new AbortController();
  const forward = () => abort.abort();
  signal.addEventListener("abort", forward);
  let [isSilent, isHeard] = [false, false];
  const openedAt = readServerClock();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSilent = true;
      abort.abort();
    }, ms);
  };
  try {
    listen(FIRST_WORD_MS);
    const response = await send("GET /api/stacks/:stack/events", { params: { stack }, query: { after }, signal: abort.signal });
    if (!response.ok || !response.body) throw refusedWith(response.status, await response.json().catch(() => undefined));
    const [reader, events, decoder] = [response.body.getReader(), new EventReader(), new TextDecoder()];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new StreamEnd();
      isHeard = true;
      listen(SILENCE_MS);
      connection.value = "live";
      const found = events.push(decoder.decode(value, { stream: true }));
      take(found);
      if (areKeptBack(found, openedAt, readServerClock())) return "kept back";
    }
  } catch (error) {
    if (isSilent && !signal.aborted) return isHeard ? "fell silent" : "kept back";
    throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
    signal.removeEventListener("abort", forward);
  }
}

async function pollOnce(stack: string, after: string, signal: AbortSignal): Promise<readonly PortalEvent[]> {
  const { events } = await call("GET /api/stacks/:stack/poll", { params: { stack }, query: { after }, signal });
  return events;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end);
  });
}
