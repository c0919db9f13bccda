import { foldInOrder } from "../hostlist/hostlist";
import { readHostNumber } from "./component-id";

/** A key of `componentIds` with its value: hosts in their order, and ids that follow each other. */
interface IdRun {
  readonly hosts: string[];
  readonly first: number;
}

/** A longer line is read by nobody. */
const MAX_BLOCK_CHARACTERS = 300;

/**
 * Ids for `componentIds` with which every host has one of its own: those that it has stay, the first of several hosts keeps theirs, and the others follow
 * on the highest.
 *
 * The block is of the form `{ "r[02-40]n[001-256]": 257-10240, "login": 10241 }`; where it would be long, or its numbers too large, it makes the place
 * in `hosts` the id.
 */
export function suggestIds(hosts: readonly string[], given: ReadonlyMap<string, number>): string {
  const kept = keepFirst(hosts, given);
  let next = 1 + [...kept.values()].reduce((most, id) => Math.max(most, id), 0);
  const runs: IdRun[] = [];
  for (const host of hosts) {
    const id = kept.get(host) ?? next++;
    if (kept.has(host) && id === readHostNumber(host)) continue;
    const run = runs.at(-1);
    if (run && run.first + run.hosts.length === id) run.hosts.push(host);
    else runs.push({ hosts: [host], first: id });
  }
  const block = `{ ${runs.map(renderRun).join(", ")} }`;
  return block.length > MAX_BLOCK_CHARACTERS || !Number.isSafeInteger(next) ? "{ from: position }" : block;
}

/** Ids of the stack file before those of names. */
function keepFirst(hosts: readonly string[], given: ReadonlyMap<string, number>): Map<string, number> {
  const kept = new Map<string, number>();
  const taken = new Set<number>();
  const keep = (host: string, id: number | undefined) => {
    if (id === undefined || !Number.isSafeInteger(id) || taken.has(id)) return;
    taken.add(id);
    kept.set(host, id);
  };
  for (const host of hosts) keep(host, given.get(host));
  for (const host of hosts) if (!given.has(host)) keep(host, readHostNumber(host));
  return kept;
}

function renderRun({ hosts, first }: IdRun): string {
  const last = first + hosts.length - 1;
  return `"${foldInOrder(hosts)}": ${first === last ? first : `${first}-${last}`}`;
}
