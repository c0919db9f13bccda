import { foldHosts } from "../../plan/hostlist/fold";
import { renderAggregators } from "./render-aggregators";
import { handsAllOver, type StoreCheck, type VerifyReport } from "./verify";

/**
 * A line a store: `4 of 4 samplers in the store on cygnus-07, newest row 1 s old`, with what is missing or strange behind it.
 * The store is named where the stack has several.
 */
export function renderVerify(report: VerifyReport): string {
  const { stores } = report;
  const lines = renderStoreLines(report).map((line, i) =>
    [line, ...(stores[i]?.faults ?? []).map(({ host, message }) => `\n  ${host}: ${message}`)].join(""),
  );
  return [...lines, ...renderUnread(report), ...renderAggregators(report.aggregators ?? [])].join("\n");
}

/** Tells two looks apart, but for the ages of rows: what is worth a line when it changes. */
export function progressOf({ stores, aggregators = [] }: Pick<VerifyReport, "stores" | "aggregators">): string {
  return JSON.stringify([
    stores.map((store) => ({ ...store, newestAgeSeconds: undefined, rowsPerSecond: undefined })),
    renderAggregators(aggregators),
  ]);
}

/** The lines of the stores, without why one cannot be read; one for a stack that has none. */
export function renderStoreLines(report: VerifyReport): string[] {
  const { stores } = report;
  if (handsAllOver(report)) return ["no store to read here: all rows are handed over"];
  if (stores.length === 0) return ["no store to read: nothing shows that data arrives"];
  return stores.map((check) => renderStore(check, storeName(check, stores)));
}

export function renderUnread({ unread, handedOver }: VerifyReport): string[] {
  return [
    ...unread.map((name) => `store \`${name}\` is not checked: its rows cannot be read from here, or do not say whose they are`),
    ...handedOver.map((name) => `store \`${name}\` hands its rows over to its brokers: that they arrive there is not shown`),
  ];
}

function storeName({ store }: StoreCheck, all: readonly StoreCheck[]): string {
  return all.length > 1 ? `store \`${store}\`` : "the store";
}

function renderStore({ hosts, present, missing, strangers, newestAgeSeconds }: StoreCheck, name: string): string {
  const total = present.length + missing.length;
  const missingIds = missing.map(({ componentId }) => String(componentId));
  return [
    `${present.length} of ${total} samplers in ${name} on ${foldHosts(hosts)}, `,
    newestAgeSeconds === undefined ? "no fresh row" : `newest row ${newestAgeSeconds} s old`,
    missing.length > 0 ? `; missing: ${foldHosts(missing.map(({ host }) => host))} (component ${foldHosts(missingIds)})` : "",
    strangers.length > 0 ? `; rows of unplanned components ${strangers.join(", ")}` : "",
  ].join("");
}
