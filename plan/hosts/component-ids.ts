import type { ClusterConfig } from "../config/config";
import { renderValue } from "../config/wording";
import { expandHostlist, foldHosts } from "../hostlist/hostlist";
import type { ConfigProblem } from "../problems/errors";
import { countOf } from "../text/text";
import { readHostNumber } from "./component-id";
import { suggestIds } from "./suggest-ids";

interface Ids {
  readonly ids: ReadonlyMap<string, number>;
  readonly problems: readonly ConfigProblem[];
}

/** What the stack file says: `{ "r[01-02]n[1-8]": "1-16", login: 900 }`, and `{ from: position }` for the place in `hosts`, counted from 1. */
export function readComponentIds({ componentIds, hosts }: Pick<ClusterConfig, "componentIds" | "hosts">): Ids {
  const entries = Object.entries(componentIds);
  const keys = entries.filter(([key, value]) => !isByPosition(key, value));
  const ids = new Map(keys.length < entries.length ? expandHostlist(hosts).map((host, index) => [host, index + 1]) : []);
  const said = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const [key, value] of keys) {
    const names = expandHostlist(key);
    const twice = names.filter((host) => said.has(host));
    if (twice.length) problems.push({ path: PATH, message: `${renderValue(key)} has hosts of an earlier key: \`${foldHosts(twice)}\`` });
    for (const host of names) said.add(host);
    const numbers = readNumbers(value, names.length);
    if (typeof numbers === "string") problems.push({ path: PATH, message: `${renderValue(key)} ${numbers}`, help: asMany(names.length) });
    else for (const [index, host] of names.entries()) ids.set(host, numbers[index]!);
  }
  return { ids, problems };
}

/** `from: position` among the keys; a host may be named `from`, and then has a number. */
export function isByPosition(key: string, value: number | string): boolean {
  return `${key}: ${value}` === `from: ${BY_POSITION}`;
}

const BY_POSITION = "position";
/** Where all of this points. */
const PATH = "componentIds";

function asMany(hosts: number): string {
  return hosts === 1 ? "one number for one host" : `as many ids as hosts, such as 1-${hosts}`;
}

/** `21-40,60` is 21 to 40 and 60. @returns what is wrong, where it is not so many */
function readNumbers(value: number | string, count: number): readonly number[] | string {
  const ranges = String(value)
    .split(",")
    .map((part) => part.split("-").map(Number) as [number, number?])
    .map(([first, last = first]) => ({ first, last }));
  if (value === BY_POSITION) return "cannot be `position`, only `from` can";
  if (ranges.some(({ first, last }) => last < first)) return `has a range that runs backwards: ${renderValue(value)}`;
  const given = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (given !== count) return `has ${countOf(count, "host")} and ${countOf(given, "id")}: ${renderValue(value)}`;
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

/**
 * The component id of each ldmsd host: what tells its rows from another's in the store.
 *
 * @param hosts every host that runs an ldmsd, each once
 * @param given ids by host, for names that end in no number or in one that is taken
 */
export function planComponentIds(hosts: readonly string[], given: ReadonlyMap<string, number>): Ids {
  const ids = new Map<string, number>();
  const hostsOf = new Map<number, string[]>();
  const nameless: string[] = [];
  for (const host of hosts) {
    const id = given.get(host) ?? readHostNumber(host);
    if (id === undefined || !Number.isSafeInteger(id)) {
      nameless.push(host);
      continue;
    }
    ids.set(host, id);
    const sharing = hostsOf.get(id);
    if (sharing) sharing.push(host);
    else hostsOf.set(id, [host]);
  }
  const shared = [...hostsOf].filter(([, sharing]) => sharing.length > 1);
  const messages = [...(nameless.length ? [missingIds(nameless)] : []), ...(shared.length ? [sharedIds(shared)] : [])];
  if (messages.length === 0) return { ids, problems: [] };
  const help = `ldms:componentIds: ${suggestIds(hosts, given)}`;
  return { ids, problems: messages.map((message) => ({ path: PATH, message, help })) };
}

function missingIds(hosts: readonly string[]): string {
  return `a host of an ldmsd has a name that ends in no number: \`${foldHosts(hosts)}\``;
}

function sharedIds(shared: readonly (readonly [number, readonly string[]])[]): string {
  const hosts = foldHosts(shared.flatMap(([, sharing]) => sharing));
  return shared.length === 1
    ? `hosts of ldmsd share the component id ${shared[0]![0]}: \`${hosts}\``
    : `hosts of ldmsd share ${shared.length} component ids: \`${hosts}\``;
}
