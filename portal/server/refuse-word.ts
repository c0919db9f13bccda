import type { Portal } from "./portal";
import { RefusedError } from "./refusal";

const HELP = "open the address that `ldms portal` printed last";

export function signedOut(): RefusedError {
  return new RefusedError("signed-out", "you are not signed in", { help: HELP });
}

/** A wrong code, or a session that is none: told alike, whatever it was. */
export function refuseWord({ attempts }: Pick<Portal, "attempts">, address: string): RefusedError {
  if (attempts.note(address)) return signedOut();
  return new RefusedError("too-many", "too many wrong codes", { help: "wait a minute" });
}
