import type { PlannedStore } from "../plan/deployment-plan";
import { shellLine } from "../plan/shell";
import { csvReader } from "./csv-script";

/** What a store said when it was read: the newest row of each component, in seconds since 1970 by the samplers' clocks. */
export interface StoreRows {
  /** The clock of the store's host at the reading, in seconds since 1970. */
  readonly nowSeconds: number;
  readonly newestById: ReadonlyMap<number, number>;
}

/** One of the six indexes that store_sos gives a schema; none of them is of one attribute. */
const READ_INDEX = "time_comp_job";

/** Plugins whose stores can be read. */
const READERS: Readonly<Record<string, (store: PlannedStore) => string>> = {
  store_sos: (store) => `${sosReader(store)} -F "timestamp:ge:$since"`,
  store_csv: (store) => `${csvReader(store)} "$since"`,
};

/** Whether the words of a failed reader say that nothing was ever stored: the container, its schema or its file is made with the first row. */
export function isStillEmpty(words: string): boolean {
  return /^Error 2 opening the container|^The schema '.*' was not found|^no file `.*` yet$/.test(words);
}

export function canRead({ plugin }: PlannedStore): boolean {
  return plugin in READERS;
}

/**
 * POSIX sh that prints the host's time on one line, then the fresh rows as SOS's own reader gives them. Only these: a store
 * holds years of rows. Exit code not 0, and the reader's words on stderr, where the store cannot be read (yet).
 */
export function renderStoreScript(store: PlannedStore, freshSeconds: number): string {
  const read = READERS[store.plugin];
  if (!read) throw new TypeError(`no reader of \`${store.plugin}\``);
  return `PATH=$PATH:/usr/local/bin
now=$(date +%s)
since=$((now - ${freshSeconds}))
printf '%s\\n' "$now"
rows=$(${read(store)} 2>&1) || {
  printf '%s\\n' "$rows" >&2
  exit 1
}
printf '%s\\n' "$rows"
`;
}

function sosReader({ container, path, schema }: PlannedStore): string {
  const query = ["-q", "-S", schema, "-X", READ_INDEX, "-f", "json", "-V", "timestamp", "-V", "component_id"];
  return shellLine(["docker", "exec", container, "sos_cmd", "-C", path, ...query]);
}

/**
 * Reads `{ "data" : [{"timestamp" : "1700000000.000000","component_id" : "1"}, …] }` below the line with the time.
 * Absent when the reader printed something else.
 */
export function parseStoreRows(output: string): StoreRows | undefined {
  const [now = "", ...rest] = output.split("\n");
  const data = parseData(rest.join("\n"));
  if (!/^\d+$/.test(now) || data === undefined) return undefined;

  const newestById = new Map<number, number>();
  for (const row of data) {
    const [timestamp, id] = [Number(row["timestamp"]), Number(row["component_id"])];
    if (!Number.isFinite(timestamp) || !Number.isInteger(id)) return undefined;
    newestById.set(id, Math.max(timestamp, newestById.get(id) ?? 0));
  }
  return { nowSeconds: Number(now), newestById };
}

function parseData(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    const { data } = JSON.parse(text) as { readonly data?: unknown };
    return Array.isArray(data) && data.every((row) => typeof row === "object" && row !== null) ? data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
