import { foldInOrder } from "../hostlist/hostlist";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedHost } from "../model/host";
import { groupBy } from "../text/group-by";
import { shellQuote } from "../text/shell";
import { needsSshConfig, scriptAsRoot, sshDestination } from "./ssh";

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
  const { here, ofUsers } = splitByWay(reach, names);
  return [
    ...here.map(() => line),
    ...ofUsers.flatMap(({ user, names, asRoot }) =>
      pdshHostlists(names).map(({ list }) => `pdsh -S -l ${user} -w ${shellQuote(list)} ${shellQuote(asRoot(line))}`),
    ),
  ];
}

/**
 * The same, where the line has a number in it that goes up by one from host to host. pdsh's own ssh passes no number on; `-R exec` writes the place in
 * the list, from 0, for `%n`.
 *
 * @param lineOf the line with the number, or with what the shell reckons it from
 */
export function onCountedHosts(reach: Reach, names: readonly string[], first: number, lineOf: (number: string) => string): string[] {
  const numberOf = new Map(names.map((name, index) => [name, first + index]));
  const { here, ofUsers } = splitByWay(reach, names);
  const ssh = `ssh${reach.usesConfig ? ` -F ${SSH_CONFIG}` : ""}`;
  return [
    ...here.map((name) => lineOf(String(numberOf.get(name)))),
    ...ofUsers.flatMap(({ user, names: ofUser, asRoot }) =>
      followers(ofUser, numberOf)
        .flatMap(pdshHostlists)
        .map(({ list, names: [start] }) => {
          // NUL keeps the place of the number, whose `%n` alone is not doubled.
          const line = asRoot(lineOf("\0"))
            .replaceAll("%", "%%")
            .replace("\0", `$((%n + ${numberOf.get(start!)}))`);
          return `pdsh -S -R exec -w ${shellQuote(list)} ${ssh} -l ${user} %h ${shellQuote(line)}`;
        }),
    ),
  ];
}

/** Hosts whose numbers follow each other: one of another user in between would leave a number out. */
function followers(names: readonly string[], numberOf: ReadonlyMap<string, number>): string[][] {
  const rows: string[][] = [];
  for (const name of names) {
    const last = rows.at(-1);
    if (last && numberOf.get(last.at(-1)!)! + 1 === numberOf.get(name)) last.push(name);
    else rows.push([name]);
  }
  return rows;
}

function splitByWay({ hostOf }: Reach, names: readonly string[]) {
  const ways = names.map((name) => ({ name, connection: hostOf.get(name)!.connection }));
  const here = ways.flatMap(({ name, connection }) => (connection.kind === "local" ? [name] : []));
  const remote = ways.flatMap(({ name, connection }) => (connection.kind === "local" ? [] : [{ name, connection }]));
  const ofUsers = [...groupBy(remote, ({ connection: { user, become } }) => `${user} ${become}`).values()].map((of) => {
    const { connection } = of[0]!;
    return { user: connection.user, names: of.map(({ name }) => name), asRoot: (line: string) => scriptAsRoot(connection, line) };
  });
  return { here, ofUsers };
}

function pdshHostlists(names: readonly string[]): { readonly list: string; readonly names: readonly string[] }[] {
  const chunks = Array.from({ length: Math.ceil(names.length / MAX_PDSH_HOSTS) }, (_, i) =>
    names.slice(i * MAX_PDSH_HOSTS, (i + 1) * MAX_PDSH_HOSTS),
  );
  return chunks.map((chunk) => {
    const folded = foldInOrder(chunk);
    const hasTooMany = folded.split(/,(?![^[]*\])/).some((term) => term.split("[").length - 1 > MAX_PDSH_BRACKETS);
    return { list: hasTooMany ? chunk.join(",") : folded, names: chunk };
  });
}

/** `ssh -F ssh_config cygnus-07`, for what reads stdin, which pdsh does not pass on. */
export function sshWords(reach: Reach, name: string): string {
  const { connection } = reach.hostOf.get(name)!;
  if (connection.kind === "local") return "sh -c";
  return reach.usesConfig ? `ssh -F ${SSH_CONFIG} ${name}` : `ssh ${sshDestination(connection)}`;
}
