import { foldHosts } from "../hostlist/hostlist";
import type { ConfigProblem } from "../problems/errors";

/** A filter that makes a name that number. It holds no single quote. */
const HOST_NUMBER_FILTER = 'sed "s/[.].*//;s/.*[^0-9]//;s/^0*\\(.\\)/\\1/"';

/**
 * Shell for the number that a host's own short name ends in, without leading zeros: what `readHostNumber` returns, as a POSIX shell finds it.
 * It holds no single quote, so that it can stand in a single-quoted command of pdsh.
 */
export const HOST_NUMBER_SHELL = `$(uname -n | ${HOST_NUMBER_FILTER})`;

/** POSIX sh that puts the same number of the name in `host` into `number`, and starts no process for it. */
export const SET_HOST_NUMBER = `number=\${host%%.*}
number=\${number##*[!0-9]}
while :; do case $number in 0?*) number=\${number#0} ;; *) break ;; esac; done`;

/** The number that the short name ends in: `cygnus-01.example.org` → 1; undefined where it ends in none (`login`, `cygnus-07-iw`). */
export function readHostNumber(host: string): number | undefined {
  const digits = /[0-9]+$/.exec(shortName(host))?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** `cygnus-01.example.org` → `cygnus-01` */
export function shortName(host: string): string {
  return host.split(".", 1)[0]!;
}

/**
 * The component id of each ldmsd host: what tells its rows from another's in the store.
 *
 * @param hosts every host that runs an ldmsd, each once
 * @param overrides ids by host, for names that end in no number or in one that is taken
 */
export function planComponentIds(
  hosts: readonly string[],
  overrides: Readonly<Record<string, number>>,
): { readonly ids: ReadonlyMap<string, number>; readonly problems: readonly ConfigProblem[] } {
  const ids = new Map<string, number>();
  const hostsOf = new Map<number, string[]>();
  const nameless: string[] = [];
  for (const host of hosts) {
    const id = overrides[host] ?? readHostNumber(host);
    if (id === undefined || !Number.isSafeInteger(id)) {
      nameless.push(host);
      continue;
    }
    ids.set(host, id);
    hostsOf.set(id, [...(hostsOf.get(id) ?? []), host]);
  }
  const shared = [...hostsOf].filter(([, sharing]) => sharing.length > 1);
  return { ids, problems: [...(nameless.length ? [missingId(nameless)] : []), ...shared.map(([id, sharing]) => sharedId(id, sharing))] };
}

function missingId(hosts: readonly string[]): ConfigProblem {
  return {
    path: "componentIds",
    message: `a host of an ldmsd has a name that ends in no number: \`${foldHosts(hosts)}\``,
    help: `componentIds: { ${hosts[0]}: NUMBER }`,
  };
}

function sharedId(id: number, hosts: readonly string[]): ConfigProblem {
  return {
    path: "componentIds",
    message: `hosts of ldmsd share the component id ${id}: \`${foldHosts(hosts)}\``,
    help: `componentIds: { ${hosts.at(-1)}: NUMBER }`,
  };
}
