import { foldHosts } from "../../plan/hostlist/fold";
import { countOf } from "../../plan/text/text";
import type { AggregatorCheck } from "../observe/aggregators";
import { renderAggregators } from "../observe/render-aggregators";
import { renderStoreLines, renderUnread } from "../observe/render-verify";
import type { Cause } from "./cause";
import type { ChainReport } from "./verify-chain";

/** A line a store, what aggregators say beside it, and a line a cause with its remedy below; the causes last. */
export function renderChain(report: ChainReport): string {
  const { causes, aggregators = [], samplers } = report;
  return [
    ...renderStoreLines(report),
    ...renderRates(report),
    ...(samplers.planned > 0 ? [renderSamplers(samplers)] : []),
    ...renderUnread(report),
    ...renderAggregators(aggregators.map((one) => withoutFaults(one, causes))),
    ...causes.map(renderCause),
    ...(causes.length > 0 ? [renderSummary(causes)] : []),
  ].join("\n");
}

/** `agg1 on cygnus-05: 80 of 80 producers DISCONNECTED: …`, its help below. */
export function renderCause({ container, hosts, message, help, samplers }: Cause): string {
  const place = container === undefined ? foldHosts(hosts) : `${container} on ${foldHosts(hosts)}`;
  const isTheirOwn = samplers.length === hosts.length && samplers.every((host, i) => host === hosts[i]);
  const behind = samplers.length > 0 && !isTheirOwn ? `; behind it ${countOf(samplers.length, "sampler")}` : "";
  return `${place}: ${message}${behind}\n  help: ${help}`;
}

function renderSummary(causes: readonly Cause[]): string {
  const samplers = new Set(causes.flatMap((cause) => cause.samplers)).size;
  return `${countOf(causes.length, "cause")}, ${countOf(samplers, "sampler")} behind ${causes.length === 1 ? "it" : "them"}; what lies behind a broken link was not judged`;
}

function renderSamplers({ planned, fresh, oldestAgeSeconds }: ChainReport["samplers"]): string {
  const age = oldestAgeSeconds === undefined ? "" : `, the oldest set ${oldestAgeSeconds} s old`;
  return `${fresh} of ${planned} samplers arrive at their aggregators${age}`;
}

function renderRates({ stores }: ChainReport): string[] {
  return stores.flatMap(({ store, rowsPerSecond }) =>
    rowsPerSecond === undefined
      ? []
      : [`store \`${store}\`: ${rowsPerSecond.toLocaleString("en", { maximumFractionDigits: 1 })} rows a second`],
  );
}

/** What is a cause is told there, and what follows from one is not told at all. */
function withoutFaults({ health, fault, ...check }: AggregatorCheck, causes: readonly Cause[]): AggregatorCheck {
  const isTold = causes.length > 0 && health?.isWarning === false;
  const isCause = causes.some(
    ({ container, hosts }) => (container === undefined || container === check.container) && hosts.includes(check.host),
  );
  return { ...check, ...(health && !isTold && { health }), ...(fault !== undefined && !isCause && { fault }) };
}
