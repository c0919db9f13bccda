import type { PlannedStore } from "../../plan/model/daemon";
import { PRINTED, type PrintedColumns } from "../../plan/stores/kind";
import { findStoreKind } from "../../plan/stores/kinds";
import { groupBy } from "../../plan/text/group-by";

/** What a store said when it was read: the newest row of each component, in seconds since 1970 by the samplers' clocks. */
export interface StoreRows {
  /** The clock of the store's host at the reading, in seconds since 1970. */
  readonly nowSeconds: number;
  readonly newestById: ReadonlyMap<number, number>;
  /** Rows that were read. */
  readonly count: number;
}

/** Whether the words of a failed reader say that nothing was ever stored. */
export function isStillEmpty({ plugin }: PlannedStore, words: string): boolean {
  return findStoreKind(plugin)?.reader?.saysNothingYet.test(words) === true;
}

/** Nothing of it can be seen here. */
export function isHandedOver({ plugin }: PlannedStore): boolean {
  return findStoreKind(plugin)?.place === "brokers";
}

export function canRead(store: PlannedStore): boolean {
  return store.path !== undefined && (findStoreKind(store.plugin)?.reader?.tablesOf(store) ?? []).length > 0;
}

/**
 * POSIX sh that prints the host's time on one line, then the fresh rows as SOS's own reader gives them. Only these: a store
 * holds years of rows. Exit code not 0, and the reader's words on stderr, where the store cannot be read (yet).
 */
export function renderStoreScript(store: PlannedStore, freshSeconds: number): string {
  const { reader, tables, path } = readingOf(store);
  return `PATH=$PATH:/usr/local/bin
now=$(date +%s)
since=$((now - ${freshSeconds}))
printf '%s\\n' "$now"
rows=$(${reader.renderReader(store.container, path, tables)} 2>&1) || {
  printf '%s\\n' "$rows" >&2
  exit 1
}
printf '%s\\n' "$rows"
`;
}

function readingOf(store: PlannedStore) {
  const reader = findStoreKind(store.plugin)?.reader;
  if (!reader || store.path === undefined) throw new TypeError(`no reader of \`${store.plugin}\``);
  return { reader, path: store.path, tables: reader.tablesOf(store) };
}

/** The names by which the store's reader prints the time and the component of a row. */
export function printedColumns(store: PlannedStore): PrintedColumns {
  const { reader, tables } = readingOf(store);
  return reader.prints(tables);
}

/**
 * Reads `{ "data" : [{"timestamp" : "1700000000.000000","component_id" : "1"}, …] }` below the line with the time.
 * Absent when the reader printed something else.
 */
export function parseStoreRows(output: string, { time, id: component }: PrintedColumns = PRINTED): StoreRows | undefined {
  const [now = "", ...rest] = output.split("\n");
  const read = parseData(rest.join("\n"));
  if (!/^\d+$/.test(now) || read === undefined) return undefined;

  const newestById = new Map<number, number>();
  for (const row of read.data) {
    const [timestamp, id] = [Number(row[time]), Number(row[component])];
    if (!Number.isFinite(timestamp) || !Number.isInteger(id)) return undefined;
    newestById.set(id, Math.max(timestamp, newestById.get(id) ?? 0));
  }
  return { nowSeconds: Number(now), newestById, count: read.count };
}

/** When the rows of each component that were read were sampled, the oldest first; of a reader that prints the newest row only, that one. */
export function parseRowTimes(output: string, { time, id: component }: PrintedColumns = PRINTED): ReadonlyMap<number, readonly number[]> {
  const { data = [] } = parseData(output.slice(output.indexOf("\n") + 1)) ?? {};
  const rows = groupBy(data, (row) => String(row[component]));
  return new Map([...rows].map(([id, own]) => [Number(id), own.map((row) => Number(row[time])).sort((a, b) => a - b)]));
}

/** A reader of files prints the newest row of each component, and how many there are. */
function parseData(text: string): { readonly data: readonly Readonly<Record<string, unknown>>[]; readonly count: number } | undefined {
  try {
    const { data, rows } = JSON.parse(text) as { readonly data?: unknown; readonly rows?: unknown };
    const areRows = Array.isArray(data) && data.every((row) => typeof row === "object" && row !== null);
    return areRows ? { data, count: typeof rows === "number" ? rows : data.length } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
