import { signal } from "@preact/signals";

const KEY = "ldms-portal-session";
/** A tab that is opened by hand has no session of its own: another one of this portal hands it over. */
const HAND_OVER = "ldms-portal-session";
const HAND_OVER_MS = 250;

/** Sent with every request; none behind a proxy, which says by itself who it is. */
export const sessionToken = signal<string | undefined>(sessionStorage.getItem(KEY) ?? undefined);

export function keepSession(token: string): void {
  sessionStorage.setItem(KEY, token);
  sessionToken.value = token;
}

export function forgetSession(): void {
  sessionStorage.removeItem(KEY);
  sessionToken.value = undefined;
}

type Said = { readonly ask: true } | { readonly session: string };

/** Answers new tabs from now on. */
export function handSessionOver(): void {
  const channel = new BroadcastChannel(HAND_OVER);
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if ("ask" in data && sessionToken.value !== undefined) channel.postMessage({ session: sessionToken.value } satisfies Said);
  };
}

/** A session of another tab of this portal, if there is one. */
export function askOtherTabs(): Promise<string | undefined> {
  const channel = new BroadcastChannel(HAND_OVER);
  return new Promise((resolve) => {
    const end = (session: string | undefined) => {
      clearTimeout(timer);
      channel.close();
      resolve(session);
    };
    const timer = setTimeout(() => end(undefined), HAND_OVER_MS);
    channel.onmessage = ({ data }: MessageEvent<Said>) => {
      if ("session" in data) end(data.session);
    };
    channel.postMessage({ ask: true } satisfies Said);
  });
}
