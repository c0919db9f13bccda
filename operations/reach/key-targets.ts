import { foldHosts } from "../../plan/hostlist/fold";
import { knownName } from "../../plan/hosts/known-hosts";
import { listJumps } from "../../plan/hosts/ssh";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { SshConnection } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";
import { groupBy } from "../../plan/text/group-by";

/** A host or login node whose key is asked for. */
export interface KeyTarget {
  /** The name people know it by; a login node's is its address. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** The way there, that of a login node by those before it; with `jump` it is asked from that login node. */
  readonly connection: SshConnection;
  readonly isJump: boolean;
}

/** Login nodes first, for the others are reached through them. */
export function listKeyTargets({ hosts }: DeploymentPlan): KeyTarget[] {
  const targets = new Map<string, KeyTarget>();
  // A file for itself needs its own line of the same login node.
  const placeOf = (node: { readonly address: string; readonly port: number }, { knownHostsFile }: SshConnection) =>
    JSON.stringify([knownName(node), knownHostsFile]);
  for (const { connection } of hosts) {
    if (connection.kind !== "ssh") continue;
    const { jump: _, ...direct } = connection;
    for (const { address, port, jump } of listJumps(connection.jump)) {
      const way = { ...direct, ...(jump && { jump }) };
      targets.set(placeOf({ address, port }, connection), { host: address, address, port, connection: way, isJump: true });
    }
  }
  const jumps = [...targets.values()];
  const direct = hosts.flatMap(({ name, connection }): KeyTarget[] => {
    if (connection.kind !== "ssh" || targets.has(placeOf(connection, connection))) return [];
    return [{ host: name, address: connection.address, port: connection.port, connection, isJump: false }];
  });
  return [...jumps, ...direct];
}

/**
 * Two hosts of one name in the file, asked by two ways: the key that one way gives would be good for the other.
 * @throws BadInputError
 */
export function assertOneWayEach(targets: readonly KeyTarget[], file: string): void {
  const names = [...groupBy(targets, knownName)].filter(
    ([, same]) => new Set(same.map((target) => JSON.stringify(target.connection.jump))).size > 1,
  );
  if (names.length === 0) return;
  const lines = names.map(([name, same]) => `\`${name}\` is ${foldHosts(same.map(({ host }) => host))}, reached by different ways`);
  const help = "give those of one way a `knownHosts` of their own in `ssh.overrides`";
  throw BadInputError.of(file, `a key is of one host only:\n${lines.map((line) => `  - ${line}`).join("\n")}`, help);
}
