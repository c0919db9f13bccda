import { setTimeout as sleep } from "node:timers/promises";
import { runOnHost } from "../../lab/lab";

/** What `docker inspect` prints of one container; read by path, so that a test names what it compares. */
export type Inspected = Readonly<Record<string, unknown>> & { readonly Id: string; readonly Name: string };

/** The hosts on which the stack `lab` has containers. */
export const STACK_HOSTS = [1, 2, 3, 4, 5, 6, 7].map((number) => `cygnus-0${number}`);

/** `cygnus-03/samp` to what its host's engine says of it, sorted; containers that are nobody's of this stack among them. */
export async function inspectAll(hosts: readonly string[] = STACK_HOSTS): Promise<ReadonlyMap<string, Inspected>> {
  const perHost = await Promise.all(hosts.map(inspectHost));
  return new Map(perHost.flat().sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function inspectHost(host: string): Promise<[string, Inspected][]> {
  // `docker inspect` of no container at all is an error.
  const script = 'ids=$(docker ps --all --quiet --no-trunc); [ -z "$ids" ] || docker inspect --type container $ids';
  const output = await runOnHost(host, script);
  const found = output === "" ? [] : (JSON.parse(output) as Inspected[]);
  return found.map((container) => [`${host}/${container.Name.slice(1)}`, container]);
}

/** `cygnus-03/samp` to its id. */
export async function containerIds(hosts?: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries([...(await inspectAll(hosts))].map(([place, { Id }]) => [place, Id]));
}

/** The places whose container is another one than before, is new or is gone; sorted. */
export function changedPlaces(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] {
  const places = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...places].filter((place) => before[place] !== after[place]).sort();
}

/** Path to SHA-256 of all files that deployments delivered to a host, sorted. */
export async function deliveredFiles(host: string): Promise<Readonly<Record<string, string>>> {
  const output = await runOnHost(host, "[ ! -d /var/lib/ldms ] || find /var/lib/ldms -type f -exec sha256sum {} + | sort -k 2");
  const lines = output.split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

export interface StoredRow {
  /** Seconds since 1970, by the sampler's clock. */
  readonly timestamp: number;
  readonly componentId: number;
  /** In KiB, as /proc/meminfo has it. */
  readonly memTotal: number;
}

const STORE_HOST = "cygnus-07";

/** Seconds since 1970 by the store host's clock; the lab's hosts share their machine's. */
export function nowSeconds(): number {
  return Date.now() / 1000;
}

/** The rows of the store on cygnus-07 that were sampled at or after that moment, as the store's own reader gives them. */
export async function storedRows(sinceSeconds: number, container = "agg2"): Promise<readonly StoredRow[]> {
  const columns = ["timestamp", "component_id", "MemTotal"].map((name) => `-V ${name}`).join(" ");
  const reader = `sos_cmd -C /store/meminfo -q -S meminfo -X time_comp_job -f json ${columns} -F timestamp:ge:${sinceSeconds.toFixed(6)}`;
  const output = await runOnHost(STORE_HOST, `docker exec ${container} ${reader}`);
  const { data } = JSON.parse(output) as { readonly data: readonly Readonly<Record<string, string>>[] };
  return data.map((row) => ({
    timestamp: Number(row["timestamp"]),
    componentId: Number(row["component_id"]),
    memTotal: Number(row["MemTotal"]),
  }));
}

/** The component ids that have a row since that moment, sorted. */
export async function storedIds(sinceSeconds: number, container?: string): Promise<readonly number[]> {
  const rows = await storedRows(sinceSeconds, container);
  return [...new Set(rows.map(({ componentId }) => componentId))].sort((a, b) => a - b);
}

/** Waits until exactly these components have rows since that moment; what was there last is returned when time is up, for the test to compare. */
export async function waitForIds(wanted: readonly number[], sinceSeconds: number, timeoutSeconds = 45): Promise<readonly number[]> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    // The store's folder is made with its first row, so reading may fail until then.
    const found = await storedIds(sinceSeconds).catch((): readonly number[] => []);
    if (String(found) === String(wanted) || Date.now() > deadline) return found;
    await sleep(1000);
  }
}
