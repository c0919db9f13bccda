/** Why a step on a host ended badly. */
export type RemoteFailure =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "timeout"; readonly seconds: number }
  /** No way there: no name, no route, no answer. `reason` is free of the host's name, so that hosts with the same one fold. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** Alive, but ssh does not get in: a wrong host key or no login. */
  | { readonly kind: "refused"; readonly reason: string };

/** A step on one host failed. Holds no stdin and no script: those may carry secrets. */
export class RemoteCommandError extends Error {
  override readonly name = "RemoteCommandError";
  constructor(
    readonly host: string,
    readonly failure: RemoteFailure,
    /** As the host printed it; at most 4 KiB of its end. */
    readonly stderr: string,
    /** `docker exec samp`: what was tried, in words fit to print. */
    readonly step?: string,
  ) {
    super(renderRemoteError(host, failure, stderr, step));
  }
}

/** `cygnus-07: exit code 125: docker start samp`, then what the host printed. */
export function renderRemoteError(host: string, failure: RemoteFailure, stderr: string, step?: string): string {
  const isOwnWords = failure.kind === "unreachable" || failure.kind === "refused";
  const printed = isOwnWords ? "" : stderr.trim();
  return `${host}: ${renderFailure(failure)}${step ? `: ${step}` : ""}${printed ? `\n${printed}` : ""}`;
}

export function renderFailure(failure: RemoteFailure): string {
  switch (failure.kind) {
    case "exit":
      return `exit code ${failure.code}`;
    case "timeout":
      return `no answer within ${failure.seconds} s`;
    case "unreachable":
      return `unreachable: ${failure.reason}`;
    case "refused":
      return `ssh is refused: ${failure.reason}`;
    default:
      return failure satisfies never;
  }
}

type SshFailure = Extract<RemoteFailure, { readonly kind: "unreachable" | "refused" }>;

/** ssh's words for the usual ways to fail, and ours without names, addresses and ports. */
const SSH_REASONS: readonly (readonly [RegExp, SshFailure["kind"], string])[] = [
  [/Could not resolve hostname/i, "unreachable", "the name does not resolve"],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/i, "refused", "its host key is not the pinned one"],
  [/Permission denied/i, "refused", "no key of ours is accepted"],
  [/timed out during banner exchange/i, "unreachable", "it accepts the connection, then nothing answers"],
  [/Timeout, server .* not responding/i, "unreachable", "it stopped answering"],
  [/Connection refused/i, "unreachable", "connection refused"],
  [/No route to host/i, "unreachable", "no route to host"],
  [/Network is unreachable/i, "unreachable", "network is unreachable"],
  [/timed out/i, "unreachable", "connection timed out"],
  [/Connection (closed|reset)/i, "unreachable", "the connection ended during login"],
];

/** @param stderr of an ssh that ended with 255 */
export function parseSshFailure(stderr: string): SshFailure {
  const known = SSH_REASONS.find(([pattern]) => pattern.test(stderr));
  if (known) return { kind: known[1], reason: known[2] };
  return { kind: "unreachable", reason: stderr.trim().split("\n").at(-1)?.trim() || "ssh failed without a word" };
}

export function describeSshFailure(stderr: string): string {
  return parseSshFailure(stderr).reason;
}
