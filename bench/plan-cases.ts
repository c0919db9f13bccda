import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { PlanMeasurement } from "./measure-plan";

const SIZES = [100, 1_000, 10_000, 30_000, 100_000] as const;
/** 10,000 hosts are parsed, planned, rendered and judged in 300 MB, and in so many times what the yardstick takes: on most machines within 2 s. */
const PROMISE = { hosts: 10_000, yardsticks: 1.6, maxRssMb: 300 } as const;
/** ldms's own parser took more than 10 minutes for so many. @see https://github.com/ovis-hpc/ldms/pull/2122 */
const LDMS_CFG_PROMISE = { hosts: 30_000, yardsticks: 1.6 } as const;
/** A host of 100,000 may cost as much as this many of 10,000: twice is noise of a garbage collector, ten times a square. */
const GROWTH_LIMIT = 2;
const RUN_SECONDS = 120;

export interface PlanCase {
  readonly hosts: number;
  readonly runs: readonly PlanMeasurement[];
  /** CPU time of the same work each time, in turn with the runs: see bench/yardstick.ts. */
  readonly yardstickMs: readonly number[];
  /** What is above its limit; empty where all is well. */
  readonly faults: readonly string[];
}

/** A new process a run, so that none profits from the one before. */
export function measurePlans(runs: number): readonly PlanCase[] {
  const measured = SIZES.map((hosts) => {
    const rounds = Array.from({ length: runs }, () => ({ run: measure(hosts), yardstick: Number(start("yardstick.ts")) }));
    return { hosts, runs: rounds.map(({ run }) => run), yardstickMs: rounds.map(({ yardstick }) => yardstick) };
  });
  return measured.map((one, index) => ({ ...one, faults: [...brokenPromise(one), ...growth(one, measured[index - 1])] }));
}

/** CPU milliseconds of all that comes before the first resource. */
export function totalMs({ parseMs, planMs, renderMs, rulesMs }: PlanMeasurement): number {
  return parseMs + planMs + renderMs + rulesMs;
}

type Measured = Omit<PlanCase, "faults">;

/** The whole plan in yardsticks, by the least of each: what else the machine does only adds. */
export function planYardsticks({ runs, yardstickMs }: Measured): number {
  return best(runs) / Math.min(...yardstickMs);
}

function brokenPromise(one: Measured): string[] {
  const { hosts, runs, yardstickMs } = one;
  const cfg = Math.min(...runs.map(({ ldmsCfgMs }) => ldmsCfgMs)) / Math.min(...yardstickMs);
  if (hosts === LDMS_CFG_PROMISE.hosts && cfg > LDMS_CFG_PROMISE.yardsticks)
    return [`the ldms_cfg.yaml of ${hosts} hosts took ${cfg.toFixed(1)} times the yardstick`];
  if (hosts !== PROMISE.hosts) return [];
  const times = planYardsticks(one);
  const rss = Math.min(...runs.map(({ maxRssMb }) => maxRssMb));
  return [
    ...(times > PROMISE.yardsticks ? [`${hosts} hosts took ${times.toFixed(1)} times the yardstick, above ${PROMISE.yardsticks}`] : []),
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
  return JSON.parse(start("measure-plan.ts", String(hosts))) as PlanMeasurement;
}

function start(file: string, ...words: readonly string[]): string {
  const argv = ["--require", "tsx/cjs", join(__dirname, file), ...words];
  return execFileSync(process.execPath, argv, { encoding: "utf8", timeout: RUN_SECONDS * 1000 });
}
