import type { PlannedStore } from "../../plan/model/daemon";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import { askHost } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import type { RunOn } from "../reach/run-on-host";
import { type AggregatorCheck, isAggregatorWell } from "./aggregators";
import {
  canRead,
  isHandedOver,
  isStillEmpty,
  parseRowTimes,
  parseStoreRows,
  printedColumns,
  renderStoreScript,
  type StoreRows,
} from "./store-script";

/** What the stores themselves hold of the planned samplers; JSON as it is. */
export interface VerifyReport {
  readonly stack: string;
  /** Sorted by name. */
  readonly stores: readonly StoreCheck[];
  /** Stores that nobody here can look into; sorted. */
  readonly unread: readonly string[];
  /** Those whose rows go to a message service; sorted. */
  readonly handedOver: readonly string[];
  /** What the aggregators say of themselves; of the last look only. */
  readonly aggregators?: readonly AggregatorCheck[];
}

export interface StoreCheck {
  readonly store: string;
  /** The hosts that keep it, each with a part of the rows. */
  readonly hosts: readonly string[];
  /** Sampler hosts with a fresh row, in the plan's order. */
  readonly present: readonly string[];
  readonly missing: readonly MissingSampler[];
  /** Component ids in fresh rows that no daemon of the plan has, sorted. */
  readonly strangers: readonly number[];
  /** Of the newest row by the clock of the store's host; absent where there is no fresh row. */
  readonly newestAgeSeconds?: number;
  /** Of the rows that count, on all its hosts together; absent where no reader said. */
  readonly rowsPerSecond?: number;
  /** Why the store could not be read, by host. */
  readonly faults: readonly { readonly host: string; readonly message: string }[];
}

export interface MissingSampler {
  readonly host: string;
  readonly componentId: number;
}

export interface VerifyArgs {
  /** How long to wait until all data arrives and nothing is broken; 0 looks once. */
  readonly waitSeconds: number;
  /** A row counts up to this age; more than the sampling interval and the store's delay. */
  readonly freshSeconds: number;
  readonly onLook?: (report: VerifyReport) => void;
  readonly signal?: AbortSignal;
}

/** A row counts up to this age, where nobody says otherwise. */
export const FRESH_SECONDS = 30;
/** For `docker exec` and the reader, on top of connecting. */
const READ_SECONDS = 15;

/** There is no store to look into, for each hands its rows over. */
export function handsAllOver({ stores, unread, handedOver }: Pick<VerifyReport, "stores" | "unread" | "handedOver">): boolean {
  return stores.length === 0 && unread.length === 0 && handedOver.length > 0;
}

/**
 * Every store was read and misses no sampler, and no aggregator is in trouble. Of a stack whose stores all hand their rows over the aggregators' own
 * words are all that there is, and each has to have told. False for any other without a store that can be read: nothing was shown.
 */
export function isVerified(report: VerifyReport): boolean {
  const { stores, aggregators = [] } = report;
  const isWhole = stores.length > 0 && stores.every(({ missing, faults }) => missing.length === 0 && faults.length === 0);
  const areToldOf = handsAllOver(report) && aggregators.every(({ fault }) => fault === undefined);
  return (isWhole || areToldOf) && aggregators.every(isAggregatorWell);
}

export interface ReadArgs extends Pick<VerifyArgs, "freshSeconds" | "signal"> {
  /** Told the rows of each store that was read, and when those of each component were sampled. */
  readonly onRows?: (store: PlannedStore, rows: StoreRows, times: ReadonlyMap<number, readonly number[]>) => void;
}

/** One look into the stores. */
export async function readStores(run: RunOn, plan: DeploymentPlan, args: ReadArgs): Promise<VerifyReport> {
  const readable = plan.stores.filter(canRead);
  const readings = await mapBounded(readable, async (store) => ({ store, ...(await readStore(run, plan, store, args)) }));
  return {
    stack: plan.stack,
    stores: namesOf(readable).map((name) =>
      checkStore(
        plan,
        name,
        readings.filter(({ store }) => store.name === name),
        args.freshSeconds,
      ),
    ),
    unread: namesOf(plan.stores.filter((store) => !canRead(store) && !isHandedOver(store))),
    handedOver: namesOf(plan.stores.filter(isHandedOver)),
  };
}

function namesOf(stores: readonly PlannedStore[]): string[] {
  return [...new Set(stores.map(({ name }) => name))].sort();
}

interface Reading {
  readonly rows?: StoreRows;
  readonly fault?: string;
}

async function readStore(run: RunOn, plan: DeploymentPlan, store: PlannedStore, args: ReadArgs): Promise<Reading> {
  const { freshSeconds, signal, onRows } = args;
  const host = hostNamed(plan, store.host);
  const command = { script: renderStoreScript(store, freshSeconds) };
  const columns = printedColumns(store);
  const parse = (output: string) => {
    const rows = parseStoreRows(output, columns);
    if (rows && onRows) onRows(store, rows, parseRowTimes(output, columns));
    return rows;
  };
  const question = { step: `read store \`${store.name}\``, seconds: READ_SECONDS, command, parse };
  const answer = await askHost(host, question, { run, signal });
  if ("value" in answer) return { rows: answer.value };
  if (answer.error === undefined) return { fault: "the store's reader gives no rows in JSON" };
  // Where nobody's rows are awaited there need not be any yet.
  return store.samplerHosts.length === 0 && isStillEmpty(store, answer.reason) ? {} : { fault: answer.reason };
}

type StoreReading = Reading & { readonly store: PlannedStore };

function checkStore(plan: DeploymentPlan, name: string, readings: readonly StoreReading[], freshSeconds: number): StoreCheck {
  const expected = expectedSamplers(
    plan,
    readings.flatMap(({ store }) => store.samplerHosts),
  );
  const newestById = new Map<number, number>();
  const ages = readings.flatMap(({ rows }) =>
    rows ? [...rows.newestById].map(([id, newest]) => ({ id, age: rows.nowSeconds - newest })) : [],
  );
  for (const { id, age } of ages) newestById.set(id, Math.min(age, newestById.get(id) ?? age));
  const newest = ages.length > 0 ? Math.max(0, Math.round(Math.min(...ages.map(({ age }) => age)))) : undefined;
  const counts = readings.flatMap(({ rows }) => (rows ? [rows.count] : []));
  // Of all: rows of plugins that nobody awaits come, too.
  const planned = new Set(plan.daemons.map(({ componentId }) => componentId));
  return {
    store: name,
    hosts: readings.map(({ store }) => store.host),
    present: expected.filter(({ componentId }) => newestById.has(componentId)).map(({ host }) => host),
    missing: expected.filter(({ componentId }) => !newestById.has(componentId)),
    strangers: [...newestById.keys()].filter((id) => !planned.has(id)).sort((a, b) => a - b),
    ...(newest !== undefined && { newestAgeSeconds: newest }),
    ...(counts.length > 0 && { rowsPerSecond: counts.reduce((sum, count) => sum + count, 0) / Math.max(1, freshSeconds) }),
    faults: readings.flatMap(({ store, fault }) => (fault === undefined ? [] : [{ host: store.host, message: fault }])),
  };
}

function expectedSamplers(plan: DeploymentPlan, hosts: readonly string[]): MissingSampler[] {
  // The first one of a host, of ten thousand hosts once a second.
  const daemons = new Map(plan.daemons.toReversed().map((daemon) => [daemon.host, daemon]));
  return [...new Set(hosts)].map((host) => {
    const daemon = daemons.get(host);
    if (!daemon) throw new TypeError(`the plan has no daemon on \`${host}\``);
    return { host, componentId: daemon.componentId };
  });
}
