import { groupByText, type HostLine } from "../reach/fold-by-text";
import type { ServiceReport } from "./await-service";
import { renderAggregators } from "./render-aggregators";
import { renderStoreLines, renderUnread } from "./render-verify";

/** Stands in a text where its hosts come, once they are folded. */
const HOSTS = "\0";

/**
 * `verify`'s lines; where not all is well, what stands in the way behind them, the most likely cause last: `store on cygnus-07: …`,
 * `agg1 on cygnus-05 restarting: Error 7 …`.
 */
export function renderService(report: ServiceReport): string {
  const healthy = report.stores.length === 0 && report.isWell ? "; all containers are healthy" : "";
  const stores = renderStoreLines(report).map((line) => `${line}${healthy}`);
  const causes = groupByText(causesOf(report)).map(({ hosts, text }) => text.replace(HOSTS, () => hosts));
  const told = renderAggregators(report.aggregators ?? []);
  // The last line is the one that is read: the stores' where all is well.
  const lines = report.isWell ? [...told, ...stores] : [...stores, ...told];
  return [...renderUnread(report), ...lines, ...causes].join("\n");
}

function causesOf({ stores, troubles }: ServiceReport): HostLine[] {
  const faults = stores.flatMap(({ store, faults: found }) => {
    const name = stores.length > 1 ? `store \`${store}\`` : "store";
    return found.map(({ host, message }) => ({ host, text: `${name} on ${HOSTS}: ${message}` }));
  });
  const others = troubles.map(({ host, container, state, reason }) => {
    const why = reason === undefined ? "" : `: ${reason}`;
    return { host, text: container === undefined ? `${HOSTS}${why}` : `${container} on ${HOSTS} ${state}${why}` };
  });
  return [...faults, ...others];
}
