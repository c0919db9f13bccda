import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { PlanMeasurement } from "./measure-plan";

const SIZES = [100, 1_000, 10_000, 30_000, 100_000] as const;
/** 10,000 hosts are parsed, planned, rendered and judged in 2 s and 300 MB. */
const PROMISE = { hosts: 10_000, ms: 2_000, maxRssMb: 300 } as const;
/** ldms's own parser took more than 10 minutes for so many. @see https://github.com/ovis-hpc/ldms/pull/2122 */
const LDMS_CFG_PROMISE = { hosts: 30_000, ms: 2_000 } as const;
/** A host of 100,000 may cost as much as this many of 10,000: twice is noise of a garbage collector, ten times a square. */
const GROWTH_LIMIT = 2;
const RUN_SECONDS = 120;

export interface PlanCase {
  readonly hosts: number;
  readonly runs: readonly PlanMeasurement[];
  /** What is above its limit; empty where all is well. */
  readonly faults: readonly string[];
}

/** A new process a run, so that none profits from the one before. */
export function measurePlans(runs: number): readonly PlanCase[] {
  const measured = SIZES.map((hosts) => ({ hosts, runs: Array.from({ length: runs }, () => measure(hosts)) }));
  return measured.map((one, index) => ({ ...one, faults: [...brokenPromise(one), ...growth(one, measured[index - 1])] }));
}

/** CPU milliseconds of all that comes before the first resource. */
export function totalMs({ parseMs, planMs, renderMs, rulesMs }: PlanMeasurement): number {
  return parseMs + planMs + renderMs + rulesMs;
}

type Measured = Pick<PlanCase, "hosts" | "runs">;

function brokenPromise({ hosts, runs }: Measured): string[] {
  const cfgMs = Math.min(...runs.map(({ ldmsCfgMs }) => ldmsCfgMs));
  if (hosts === LDMS_CFG_PROMISE.hosts && cfgMs > LDMS_CFG_PROMISE.ms)
    return [`the ldms_cfg.yaml of ${hosts} hosts took ${cfgMs.toFixed(0)} ms`];
  if (hosts !== PROMISE.hosts) return [];
  const ms = best(runs);
  const rss = Math.min(...runs.map(({ maxRssMb }) => maxRssMb));
  return [
    ...(ms > PROMISE.ms ? [`${hosts} hosts took ${ms.toFixed(0)} ms, above ${PROMISE.ms}`] : []),
    ...(rss > PROMISE.maxRssMb ? [`${hosts} hosts took ${rss.toFixed(0)} MB, above ${PROMISE.maxRssMb}`] : []),
  ];
}

function growth(one: Measured, before: Measured | undefined): string[] {
  if (before === undefined) return [];
  const ratio = best(one.runs) / one.hosts / (best(before.runs) / before.hosts);
  return ratio > GROWTH_LIMIT ? [`a host of ${one.hosts} costs ${ratio.toFixed(1)} times one of ${before.hosts}`] : [];
}

function best(runs: readonly PlanMeasurement[]): number {
  return Math.min(...runs.map(totalMs));
}

function measure(hosts: number): PlanMeasurement {
  const argv = ["--require", "tsx/cjs", join(__dirname, "measure-plan.ts"), String(hosts)];
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: "utf8", timeout: RUN_SECONDS * 1000 })) as PlanMeasurement;
}
