import { foldHosts } from "../plan/hostlist/fold";
import { renderAggregators } from "./render-aggregators";
import type { StoreCheck, VerifyReport } from "./verify";

/**
 * A line a store: `4 of 4 samplers in the store on cygnus-07, newest row 1 s old`, with what is missing or strange behind it.
 * The store is named where the stack has several.
 */
export function renderVerify({ stores, unread, aggregators = [] }: VerifyReport): string {
  const lines = stores.map((check) => renderStore(check, stores.length > 1 ? `store \`${check.store}\`` : "the store"));
  const notRead = unread.map((name) => `store \`${name}\` is not checked: its plugin has no reader here`);
  return [
    ...(lines.length > 0 ? lines : ["no store to read: nothing shows that data arrives"]),
    ...notRead,
    ...renderAggregators(aggregators),
  ].join("\n");
}

function renderStore({ hosts, present, missing, strangers, newestAgeSeconds, faults }: StoreCheck, name: string): string {
  const total = present.length + missing.length;
  const missingIds = missing.map(({ componentId }) => String(componentId));
  return [
    `${present.length} of ${total} samplers in ${name} on ${foldHosts(hosts)}, `,
    newestAgeSeconds === undefined ? "no fresh row" : `newest row ${newestAgeSeconds} s old`,
    missing.length > 0 ? `; missing: ${foldHosts(missing.map(({ host }) => host))} (component ${foldHosts(missingIds)})` : "",
    strangers.length > 0 ? `; rows of unplanned components ${strangers.join(", ")}` : "",
    ...faults.map(({ host, message }) => `\n  ${host}: ${message}`),
  ].join("");
}
