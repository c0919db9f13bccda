import type { ChainReport } from "../../operations/chain/verify-chain";
import type { DriftReport } from "../../operations/drift/drift";
import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import type { DriftLine, DriftView, StorePlot, StoresView } from "../api";

/** What a store's plot shows at most: at 10 s a look, an hour. */
const MOST_POINTS = 360;

export function foldData({ stores, unread, handedOver, causes }: ChainReport, lookedAt: number, tookSeconds: number): StoresView {
  return {
    lookedAt,
    tookSeconds,
    unread,
    handedOver,
    stores: stores.map(({ store, hosts, present, missing, newestAgeSeconds, rowsPerSecond, faults }) => ({
      store,
      hosts: foldHosts(hosts),
      present: present.length,
      missing: missing.length,
      missingHosts: foldHosts(missing.map(({ host }) => host)),
      ...(newestAgeSeconds !== undefined && { newestAgeSeconds }),
      ...(rowsPerSecond !== undefined && { rowsPerSecond }),
      faults: faults.map(({ host, message }) => `${host}: ${message}`),
    })),
    causes: causes.map(({ link, container, hosts, samplers, message, help }) => ({
      link,
      ...(container !== undefined && { container }),
      hosts: foldHosts(hosts),
      samplers: samplers.length,
      message,
      help,
    })),
  };
}

/** The plots with one point more. */
export function addPoints(plots: readonly StorePlot[], { stores, lookedAt }: StoresView): readonly StorePlot[] {
  return stores.map(({ store, rowsPerSecond, newestAgeSeconds }) => {
    const before = plots.find((plot) => plot.store === store) ?? { at: [], rowsPerSecond: [], newestAgeSeconds: [] };
    const add = <T>(points: readonly T[], point: T) => [...points, point].slice(-MOST_POINTS);
    return {
      store,
      at: add(before.at, lookedAt),
      rowsPerSecond: add(before.rowsPerSecond, rowsPerSecond ?? null),
      newestAgeSeconds: add(before.newestAgeSeconds, newestAgeSeconds ?? null),
    };
  });
}

export function foldDrift({ answered, asPlanned, differences, unknown }: DriftReport, lookedAt: number, tookSeconds: number): DriftView {
  const alike = groupBy(differences, (one) => JSON.stringify(lineOf(one)));
  const silent = groupBy(unknown, ({ message }) => message);
  return {
    lookedAt,
    tookSeconds,
    answered,
    asPlanned,
    differences: [...alike.values()].map((group) => ({ ...lineOf(group[0]!), hosts: foldHosts(group.map(({ host }) => host)) })),
    unknown: [...silent].map(([message, group]) => ({ message, hosts: foldHosts(group.map(({ host }) => host)) })),
  };
}

export function lineOf({ kind, subject, message, differs, mend }: DriftReport["differences"][number]): DriftLine {
  return { kind, subject, message, differs, mend };
}
