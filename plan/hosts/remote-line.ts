import { foldInOrder } from "../hostlist/hostlist";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedHost } from "../model/host";
import { shellQuote } from "../text/shell";
import { needsSshConfig, sshDestination } from "./ssh";

/** A range of pdsh holds 16,384 names at most. */
const MAX_PDSH_HOSTS = 16_000;
/** pdsh leaves a third bracket of a name as it stands. */
const MAX_PDSH_BRACKETS = 2;
/** The file that the printed plan has people make. */
export const SSH_CONFIG = "ssh_config";

/** How a person reaches the hosts of a plan. */
export interface Reach {
  readonly hostOf: ReadonlyMap<string, PlannedHost>;
  /** Some host is dialled otherwise than by its name alone. */
  readonly usesConfig: boolean;
}

export function planReach({ hosts }: Pick<DeploymentPlan, "hosts">): Reach {
  return { hostOf: new Map(hosts.map((host) => [host.name, host])), usesConfig: hosts.some(needsSshConfig) };
}

/** The lines that run one line on each of the hosts: by itself on the machine at hand, by pdsh on the others. */
export function onHosts(reach: Reach, names: readonly string[], line: string): string[] {
  const lines: string[] = [];
  const namesOfUser = new Map<string, string[]>();
  for (const name of names) {
    const connection = reach.hostOf.get(name)!.connection;
    if (connection.kind === "local") lines.push(line);
    else if (namesOfUser.has(connection.user)) namesOfUser.get(connection.user)!.push(name);
    else namesOfUser.set(connection.user, [name]);
  }
  for (const [user, ofUser] of namesOfUser) {
    for (const chunk of pdshHostlists(ofUser)) lines.push(`pdsh -S -l ${user} -w ${shellQuote(chunk)} ${shellQuote(line)}`);
  }
  return lines;
}

function pdshHostlists(names: readonly string[]): string[] {
  const chunks = Array.from({ length: Math.ceil(names.length / MAX_PDSH_HOSTS) }, (_, i) =>
    names.slice(i * MAX_PDSH_HOSTS, (i + 1) * MAX_PDSH_HOSTS),
  );
  return chunks.map((chunk) => {
    const folded = foldInOrder(chunk);
    const hasTooMany = folded.split(/,(?![^[]*\])/).some((term) => term.split("[").length - 1 > MAX_PDSH_BRACKETS);
    return hasTooMany ? chunk.join(",") : folded;
  });
}

/** `ssh -F ssh_config cygnus-07`, for what reads stdin, which pdsh does not pass on. */
export function sshWords(reach: Reach, name: string): string {
  const { connection } = reach.hostOf.get(name)!;
  if (connection.kind === "local") return "sh -c";
  return reach.usesConfig ? `ssh -F ${SSH_CONFIG} ${name}` : `ssh ${sshDestination(connection)}`;
}
