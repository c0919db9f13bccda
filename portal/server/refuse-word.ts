import type { Portal } from "./portal";
import { RefusedError } from "./refusal";

export function signedOut({ signIn }: Pick<Portal, "signIn">): RefusedError {
  return new RefusedError("signed-out", "you are not signed in", { help: signIn.help });
}

/** A wrong code, or a session that is none: told alike, whatever it was. */
export function refuseWord(portal: Pick<Portal, "attempts" | "signIn">, address: string): RefusedError {
  if (portal.attempts.note(address)) return signedOut(portal);
  return new RefusedError("too-many", "too many wrong codes", { help: "wait a minute" });
}
