import { signal } from "@preact/signals";

/** Seconds that the server's clock is ahead of this machine's: every age is counted by the server's. */
const aheadSeconds = signal(0);

/** Seconds since 1970 by the server's clock; moves once a second while the page is seen. */
export const now = signal(Date.now() / 1000);

export function setServerClock(serverNow: number): void {
  aheadSeconds.value = serverNow - Date.now() / 1000;
  now.value = serverNow;
}

/** The same, to the millisecond. */
export function readServerClock(): number {
  return Date.now() / 1000 + aheadSeconds.value;
}

function tick(): void {
  if (!document.hidden) now.value = readServerClock();
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
