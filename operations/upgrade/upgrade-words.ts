import { foldHosts } from "../../plan/hostlist/fold";
import { countOf } from "../../plan/text/text";
import type { UpgradeBatch } from "../../plan/upgrade/plan-upgrade";
import type { Cause } from "../chain/cause";
import { renderCause } from "../chain/render-causes";
import type { BatchEnd } from "./batch-end";
import { type Baseline, type Gaps, type Lack, round } from "./compare-data";
import { type BatchRecord, progressOf, touchedHosts, type UpgradeProgress, type UpgradeRecord, untouchedHosts } from "./upgrade-record";

/** `agg2, agg1, samp: 5 batches`, then a line a batch. */
export function renderOrder(batches: readonly UpgradeBatch[]): string[] {
  const groups = [...new Set(batches.map(({ group }) => group))];
  return [`order: ${groups.join(", ")}; ${batches.length === 1 ? "1 batch" : `${batches.length} batches`}`, ...batches.map(renderBatch)];
}

function renderBatch({ name, hosts, isCanary, maxFailures }: UpgradeBatch): string {
  const canary = isCanary ? ", the canary" : "";
  return `  ${name}: ${foldHosts(hosts)}${canary}${maxFailures > 0 ? `, ${maxFailures} may fail` : ""}`;
}

/** `before: 4 samplers arrive at their aggregators; store `sos-meminfo`: 4 samplers, 4 rows a second` */
export function renderBaseline({ samplers, stores }: Baseline): string {
  const ofStores = stores.map(({ store, hosts, rowsPerSecond }) => {
    const rate = rowsPerSecond === undefined ? "" : `, ${round(rowsPerSecond)} rows a second`;
    return `; store \`${store}\`: ${countOf(hosts.length, "sampler")}${rate}`;
  });
  return `before: ${countOf(samplers.length, "sampler")} at their aggregators${ofStores.join("")}`;
}

export interface EndedBatch {
  readonly tookSeconds: number;
  readonly gaps: Gaps;
  readonly end: BatchEnd;
}

/** `batch 2 of 5, samp-1 (cygnus-01): data as before, 12 s; longest gap 6.0 s, cygnus-01` */
export function renderBatchEnd({ batches }: UpgradeRecord, batch: BatchRecord, { tookSeconds, gaps, end }: EndedBatch): string {
  const number = batches.findIndex(({ name }) => name === batch.name) + 1;
  const what =
    end.problem !== undefined ? "failed" : end.failed.length > 0 ? `but for ${foldHosts(end.failed)} data as before` : "data as before";
  const gap = renderLongest(gaps);
  return `batch ${number} of ${batches.length}, ${batch.name} (${foldHosts(batch.hosts)}): ${what}, ${tookSeconds.toFixed(0)} s${gap === "" ? "" : `; ${gap}`}`;
}

function renderLongest(gaps: Gaps): string {
  const all = Object.values(gaps).flatMap((byHost) => Object.entries(byHost));
  if (all.length === 0) return "";
  const longest = Math.max(...all.map(([, seconds]) => seconds));
  return `longest gap ${longest.toFixed(1)} s, ${foldHosts([...new Set(all.filter(([, seconds]) => seconds === longest).map(([host]) => host))])}`;
}

/** What does not come as before, and why; empty: nothing. */
export function renderLack({ lost, stores }: Lack, causes: readonly Cause[]): string[] {
  if (lost.length + stores.length === 0) return ["data as before"];
  const missing = lost.length > 0 ? [`no data as before: ${foldHosts(lost)}`] : [];
  return [...missing, ...stores, ...causes.map(renderCause)];
}

/** As many have a line each at the worst, by tenths of a second; more are told by whole ones. */
const MOST_BY_TENTHS = 64;

/** A line a store, then one for each length of a gap: the samplers that had it. */
export function renderGaps(gaps: Gaps): string[] {
  return Object.entries(gaps).flatMap(([store, byHost]) => {
    const bySeconds = new Map<string, string[]>();
    const digits = Object.keys(byHost).length > MOST_BY_TENTHS ? 0 : 1;
    for (const [host, seconds] of Object.entries(byHost)) {
      const text = seconds.toFixed(digits);
      bySeconds.set(text, [...(bySeconds.get(text) ?? []), host]);
    }
    const lines = [...bySeconds].sort(([a], [b]) => Number(b) - Number(a)).map(([text, hosts]) => `  ${text} s: ${foldHosts(hosts)}`);
    return lines.length === 0 ? [] : [`longest time between two rows, store \`${store}\`:`, ...lines];
  });
}

/** Where an upgrade stands, and what to do about it. */
export function renderUpgrade(record: UpgradeRecord, stack: string, isAlive: boolean): string {
  const [head = "", ...ways] = renderProgress(progressOf(record, isAlive), stack);
  if (ways.length === 0) return head;
  const [touched, untouched] = [touchedHosts(record), untouchedHosts(record)];
  return [
    head,
    ...(touched.length > 0 ? [`  begun or done: ${foldHosts(touched)}`] : []),
    ...(untouched.length > 0 ? [`  untouched: ${foldHosts(untouched)}`] : []),
    ...ways,
  ].join("\n");
}

/** `upgrade 4.5.3 to 4.5.4: cut off, 3 of 5 batches done`; of one that has not come to its end what to do below it. */
export function renderProgress({ from, to, state, done, batches, isEnded, isBack, why }: UpgradeProgress, stack: string): string[] {
  const at = isEnded || isBack ? "" : `, ${done} of ${batches} batches done`;
  const head = `upgrade ${from} to ${to}: ${state}${at}${why === undefined ? "" : `: ${why}`}`;
  if (isEnded) return [head];
  const resume = `\`ldms upgrade resume -s ${stack}\``;
  if (state === "under way" || state === "going back") return [head, `  \`ldms upgrade status -s ${stack}\` says more`];
  return [head, isBack ? `  ${resume} goes on with the way back` : `  ${resume} goes on, \`ldms upgrade abort -s ${stack}\` goes back`];
}
