import { foldHosts } from "../../plan/hostlist/fold";
import { countOf } from "../../plan/text/text";
import type { Cause } from "../chain/cause";
import { renderCause } from "../chain/render-causes";
import type { Gaps, Lack } from "./compare-data";
import type { BatchRecord } from "./upgrade-record";

/** What a run could not do. */
export interface DeployFailure {
  /** Absent where it is not one host's. */
  readonly host?: string;
  readonly message: string;
}

/** What became of one batch. */
export interface BatchEnd {
  /** Hosts that failed, or whose data does not come any more. */
  readonly failed: readonly string[];
  /** Why the next one is not begun; absent: it may be. */
  readonly problem?: string;
}

/** Whether the next batch may begin. Whoever's data came before and does not come now counts, wherever it is. */
export function judgeBatch(
  { maxFailures }: Pick<BatchRecord, "maxFailures">,
  failures: readonly DeployFailure[],
  { lost, stores }: Lack,
  causes: readonly Cause[],
): BatchEnd {
  const failed = [...new Set([...failures.flatMap(({ host }) => host ?? []), ...lost])];
  const ofNoHost = failures.find(({ host }) => host === undefined);
  if (ofNoHost) return { failed, problem: ofNoHost.message };
  if (failed.length > maxFailures) return { failed, problem: `${count(failed, maxFailures)}: ${findReason(failures, failed, causes)}` };
  return stores[0] === undefined ? { failed } : { failed, problem: stores[0] };
}

function count(failed: readonly string[], maxFailures: number): string {
  return `${countOf(failed.length, "host")} failed, and ${maxFailures === 0 ? "none" : maxFailures} may: ${foldHosts(failed)}`;
}

/** The engine's own words first, then the first broken link of one that has failed. */
function findReason(failures: readonly DeployFailure[], failed: readonly string[], causes: readonly Cause[]): string {
  if (failures[0]) return failures[0].message;
  const hosts = new Set(failed);
  const isOfThese = ({ hosts: at, samplers }: Cause) => [...at, ...samplers].some((host) => hosts.has(host));
  const cause = causes.find(isOfThese) ?? causes[0];
  return cause ? renderCause(cause).split("\n")[0]! : "no data from there in the time to wait";
}

/** The longest of both. */
export function mergeGaps(before: Gaps, found: Gaps): Gaps {
  const merged = Object.entries(found).map(([store, byHost]) => {
    const old = before[store] ?? {};
    const longest = Object.entries(byHost).map(([host, seconds]) => [host, Math.max(seconds, old[host] ?? 0)]);
    return [store, { ...old, ...Object.fromEntries(longest) }];
  });
  return { ...before, ...Object.fromEntries(merged) };
}
