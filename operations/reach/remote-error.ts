/** Why a step on a host ended badly. */
export type RemoteFailure =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "timeout"; readonly seconds: number }
  /** No way there: no name, no route, no answer. `reason` is free of the host's name, so that hosts with the same one fold. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** Alive, but ssh does not get in: a wrong host key or no login. `remedy` is what to type: `ldms hosts trust -s lab --replace cygnus-03`. */
  | { readonly kind: "refused"; readonly reason: string; readonly hostKey?: RefusedHostKey; readonly remedy?: string };

/** A host key that ssh did not take. */
export interface RefusedHostKey {
  /** Whose, as ssh and known_hosts call it: the host's or its login node's. */
  readonly name: string;
  /** `ed25519 SHA256:…` in place of the known one; absent where none was known. */
  readonly offered?: string;
}

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
      return `ssh is refused: ${failure.reason}${failure.remedy === undefined ? "" : `: \`${failure.remedy}\``}`;
    default:
      return failure satisfies never;
  }
}

/** In one line, free of the host's name: the last that the host printed, where a command ended badly there and said something. */
export function sayWhy({ failure, stderr }: Pick<RemoteCommandError, "failure" | "stderr">): string {
  return (failure.kind === "exit" && stderr.trim().split("\n").at(-1)) || renderFailure(failure);
}

export type SshFailure = Extract<RemoteFailure, { readonly kind: "unreachable" | "refused" }>;

export const ENDED_DURING_LOGIN = "the connection ended during login";

/** ssh's words for the usual ways to fail, and ours without names, addresses and ports. */
const SSH_REASONS: readonly (readonly [RegExp, SshFailure["kind"], string])[] = [
  [
    /Could not resolve hostname|Name or service not known|Temporary failure in name resolution/i,
    "unreachable",
    "the name does not resolve",
  ],
  [/Host key verification failed/i, "refused", "its host key is not the pinned one"],
  [/Permission denied/i, "refused", "no key of ours is accepted"],
  [/timed out during banner exchange/i, "unreachable", "it accepts the connection, then nothing answers"],
  [/master terminated/i, "unreachable", "the connection was lost"],
  [/Timeout, server .* not responding/i, "unreachable", "it stopped answering"],
  [/Connection refused/i, "unreachable", "connection refused"],
  [/No route to host/i, "unreachable", "no route to host"],
  [/Network is unreachable/i, "unreachable", "network is unreachable"],
  [/timed out/i, "unreachable", "connection timed out"],
  [/Connection (closed|reset)/i, "unreachable", ENDED_DURING_LOGIN],
];

/** @param stderr of an ssh that ended with 255 */
export function parseSshFailure(stderr: string): SshFailure {
  const hostKey = parseHostKey(stderr);
  if (hostKey) return { kind: "refused", reason: `its host key is not ${hostKey.offered ? "the pinned one" : "known"}`, hostKey };
  const known = SSH_REASONS.find(([pattern]) => pattern.test(stderr));
  if (known) return { kind: known[1], reason: known[2] };
  return { kind: "unreachable", reason: stderr.trim().split("\n").at(-1)?.trim() || "ssh failed and gave no reason" };
}

function parseHostKey(stderr: string): RefusedHostKey | undefined {
  const unknown = /No \S+ host key is known for (\S+) and/.exec(stderr)?.[1];
  if (unknown) return { name: unknown };
  const changed = /Host key for (\S+) has changed/.exec(stderr)?.[1];
  const [, kind = "", print] = /fingerprint for the (\S+) key sent by the remote host is\s+(SHA256:[A-Za-z0-9+/]+)/.exec(stderr) ?? [];
  return changed && print ? { name: changed, offered: `${kind.toLowerCase()} ${print}` } : undefined;
}

export function describeSshFailure(stderr: string): string {
  return parseSshFailure(stderr).reason;
}
