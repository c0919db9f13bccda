import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeKeys, knownKeys, knownName } from "../../plan/hosts/known-hosts";
import { listJumps, sshDestination } from "../../plan/hosts/ssh";
import type { PlannedFanOut } from "../../plan/model/fan-out";
import type { PlannedConnection, SshConnection } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";
import { shellLine } from "../../plan/text/shell";
import { parseSshFailure, type SshFailure } from "./remote-error";

type Refusal = Extract<SshFailure, { readonly kind: "refused" }>;

/** With what to type, where it is about a host key. @param host the name that people know it by */
export function withRemedy(failure: SshFailure, host: string, connection: SshConnection): SshFailure {
  if (failure.kind !== "refused" || failure.hostKey === undefined) return failure;
  const remedy = findRemedy(host, connection, failure.hostKey);
  return remedy === undefined ? failure : { ...failure, remedy };
}

/** Undefined where nothing that is known stands in the way, and it is not a stack's key. */
function findRemedy(host: string, connection: SshConnection, { name, offered }: NonNullable<Refusal["hostKey"]>): string | undefined {
  const { stack, knownHostsFile } = connection;
  const owner = findJump(name, connection) ?? (isSame(name, connection) ? host : undefined);
  if (stack !== undefined && owner !== undefined)
    return shellLine(["ldms", "hosts", "trust", "-s", stack, ...(offered ? ["--replace", owner] : [])]);
  return offered ? shellLine(["ssh-keygen", ...(knownHostsFile ? ["-f", knownHostsFile] : []), "-R", name]) : undefined;
}

/**
 * What ssh says on a head, which has keys of its own, of hosts and of its user's, that no verb writes.
 *
 * @param said its last line
 */
export function explainAtHead(said: string, host: string, { head: { name: head }, groups }: PlannedFanOut): SshFailure {
  const failure = parseSshFailure(said);
  if (failure.kind !== "refused") return failure;
  const place = groups.flatMap((group) => {
    const member = group.hosts.find(({ name }) => name === host);
    return member && group.connection.kind === "ssh" ? [{ ...group.connection, address: member.address }] : [];
  })[0];
  if (!place) return failure;
  if (place.jump) return { kind: "refused", reason: `${head} is not let in there, or by a login node on the way` };
  const { keyFile, knownHostsFile } = place;
  const there = (...words: string[]) => shellLine(["ssh", head, shellLine(words)]);
  if (!/host key/.test(failure.reason)) {
    const remedy = there("ssh", ...(keyFile ? ["-i", keyFile] : []), sshDestination(place), "true");
    return { kind: "refused", reason: `no key of ${head} is accepted`, remedy };
  }
  const name = knownName(place);
  return knownHostsFile
    ? {
        kind: "refused",
        reason: `its host key is not the one that ${head} has pinned`,
        remedy: there("ssh-keygen", "-f", knownHostsFile, "-F", name),
      }
    : { kind: "refused", reason: `its host key is not the one that ${head} knows`, remedy: there("ssh-keygen", "-R", name) };
}

/** The address of the login node that this is, in a known_hosts file. */
function findJump(name: string, { jump }: SshConnection): string | undefined {
  return listJumps(jump).find((node) => isSame(name, node))?.address;
}

function isSame(name: string, node: { readonly address: string; readonly port: number }): boolean {
  return knownName(node).toLowerCase() === name.toLowerCase();
}

/** What it means to a person who has to decide about a host key. */
export function describeRefusal({ reason, hostKey, remedy = "" }: Refusal, connection: PlannedConnection) {
  if (hostKey === undefined || connection.kind === "local")
    return { message: `ssh is refused: ${reason}`, help: remedy || "`ldms:ssh` names the user, the key and the file of host keys" };
  const { name, offered } = hostKey;
  const jump = findJump(name, connection);
  const whose = jump === undefined ? "its host key" : `the host key of the login node ${jump}`;
  if (offered === undefined) return { message: `ssh is refused: ${whose} is not known`, help: remedy };
  const known = knownKeys(
    connection.knownHostsFile === undefined ? "" : readKnownHosts(connection.folder ?? ".", connection.knownHostsFile),
    name,
  );
  return {
    message: `ssh is refused: ${whose} is ${offered}, not the pinned ${describeKeys(known)}`,
    help: `it was reinstalled, or another machine answers for it; where it was reinstalled: ${remedy}`,
  };
}

/** Empty for a file that is not there. @throws BadInputError for one that cannot be read */
export function readKnownHosts(projectFolder: string, path: string): string {
  try {
    return readFileSync(resolve(projectFolder, path), "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return "";
    throw BadInputError.of(path, `cannot be read (${code})`, "name a file that you can read as `ssh.knownHosts`", { cause });
  }
}
