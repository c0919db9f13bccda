import { signal } from "@preact/signals";
import { call, RefusedError } from "./api-client";
import { me } from "./open-stack-page";
import { replaceAddress } from "./page-route";
import { askOtherTabs, forgetSession, handSessionOver, keepSession, sessionToken } from "./page-session";

export const signInFault = signal<string | undefined>(undefined);
/** Whether somebody is signed in is not known yet. */
export const isStarting = signal(true);

/** Takes the code out of the address before anything else sees it, and finds out who is there. */
export async function start(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) {
    replaceAddress("#/");
    await signIn(code);
  } else {
    if (sessionToken.value === undefined) {
      const handed = await askOtherTabs();
      if (handed !== undefined) keepSession(handed);
    }
    await readMe();
  }
  isStarting.value = false;
  handSessionOver();
}

export async function signIn(code: string): Promise<void> {
  try {
    const { session, ...found } = await call("POST /api/session", { body: { code } });
    keepSession(session);
    me.value = found;
    signInFault.value = undefined;
  } catch (error) {
    signInFault.value = error instanceof Error ? error.message : String(error);
  }
}

/** Behind a proxy that signs people in, a request without a session is answered as well. */
async function readMe(): Promise<void> {
  try {
    me.value = await call("GET /api/me");
  } catch (error) {
    if (error instanceof RefusedError) forgetSession();
    if (!(error instanceof RefusedError && error.status === 401))
      signInFault.value = error instanceof Error ? error.message : String(error);
  }
}
