import { effect, signal } from "@preact/signals";
import type { Me } from "../../api";
import { call, RefusedError, UnreachableError } from "./api-client";
import { connection, followEvents } from "./live-events";
import { route } from "./page-route";
import { stack, takeEvent, takeSnapshot } from "./stack-state";

export const me = signal<Me | undefined>(undefined);
/** Why the stack that the address names is not shown. */
export const openFault = signal<string | undefined>(undefined);

const AGAIN_MS = 3000;

/** Shows the stack that the address names, from a snapshot and the events behind it, for as long as the page is seen. */
export function followShownStack(): void {
  let end = () => {};
  let followed: string | undefined;
  const follow = () => {
    const wanted = me.value === undefined ? undefined : (route.value.stack ?? me.value.stacks[0]?.stack);
    const next = document.hidden ? undefined : wanted;
    if (next === followed) return;
    end();
    followed = next;
    if (next === undefined) {
      connection.value = "paused";
      return;
    }
    const abort = new AbortController();
    end = () => abort.abort();
    void showStack(next, abort.signal);
  };
  effect(follow);
  // A browser gives an origin six connections at a time, and a stream holds one: a tab that nobody sees gives its own back.
  document.addEventListener("visibilitychange", follow);
}

async function showStack(name: string, signal: AbortSignal): Promise<void> {
  if (stack.name.value !== name) connection.value = "connecting";
  while (!signal.aborted) {
    try {
      const snapshot = await call("GET /api/stacks/:stack", { params: { stack: name }, signal });
      openFault.value = undefined;
      takeSnapshot(snapshot);
      if (await followUntilReset(name, snapshot.cursor, signal)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RefusedError) {
        openFault.value = error.status === 401 ? undefined : error.message;
        return;
      }
      connection.value = "lost";
      if (!(error instanceof UnreachableError)) openFault.value = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** @returns false where the snapshot has to be read again */
async function followUntilReset(name: string, cursor: string, outer: AbortSignal): Promise<boolean> {
  const inner = new AbortController();
  const signal = AbortSignal.any([outer, inner.signal]);
  const onEvent: Parameters<typeof followEvents>[0]["onEvent"] = (event) => {
    if (takeEvent(event) === "read again") inner.abort();
  };
  await followEvents({ stack: name, cursor, onEvent, signal });
  return !inner.signal.aborted;
}
