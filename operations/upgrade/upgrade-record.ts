import type { UpgradeBatch } from "../../plan/upgrade/plan-upgrade";
import type { Baseline, Gaps } from "./compare-data";

/** What stands in the stack file of the images that an upgrade changes. */
export interface ImageChoice {
  readonly tag: string;
  /** By image: `{ "ldms-samp": "sha256:…" }`. */
  readonly digests: Readonly<Record<string, string>>;
}

export interface BatchRecord extends UpgradeBatch {
  /** `begun` of an upgrade that does not run: it was cut off there. `back`: it has what it had before. */
  readonly state: "waiting" | "begun" | "done" | "failed" | "back";
  /** Hosts that failed within what may. */
  readonly failed: readonly string[];
  /** Seconds since 1970. */
  readonly begunTime?: number;
  readonly tookSeconds?: number;
}

/** An upgrade as far as it has come; JSON as it is. It is written before each step and behind it, so that another process can go on. */
export interface UpgradeRecord {
  readonly version: 1;
  readonly from: ImageChoice;
  readonly to: ImageChoice;
  readonly batches: readonly BatchRecord[];
  /** How the data arrived before it. */
  readonly baseline: Baseline;
  readonly onFailure: "stop" | "rollback";
  readonly direction: "forward" | "back";
  /** `running` without a process that runs it: it was cut off. */
  readonly state: "running" | "paused" | "stopped" | "ended";
  /** Why it stopped, or went back. */
  readonly why?: string;
  /** The longest pause between two rows of each sampler, seconds. */
  readonly gaps: Gaps;
  /** How long the data may take after a batch. */
  readonly waitSeconds: number;
  readonly message: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly endTime?: number;
}

/** Hosts that have the new images, or may have. */
export function touchedHosts({ batches }: Pick<UpgradeRecord, "batches">): string[] {
  return batches.filter(isTouched).flatMap(({ hosts }) => hosts);
}

export function isTouched({ state }: Pick<BatchRecord, "state">): boolean {
  return state === "begun" || state === "done" || state === "failed";
}

export function untouchedHosts({ batches }: Pick<UpgradeRecord, "batches">): string[] {
  return batches.filter(({ state }) => state === "waiting").flatMap(({ hosts }) => hosts);
}

/** How far an upgrade is, for who shows a stack; JSON as it is. */
export interface UpgradeProgress {
  readonly from: string;
  readonly to: string;
  /** `under way`, `going back`, `cut off`, `paused`, `stopped`, `done`, `went back to 4.5.3` */
  readonly state: string;
  readonly done: number;
  readonly batches: number;
  readonly isEnded: boolean;
  readonly isBack: boolean;
  readonly why?: string;
}

/** @param isAlive a process works on it */
export function progressOf({ from, to, state, direction, batches, why }: UpgradeRecord, isAlive: boolean): UpgradeProgress {
  const isBack = direction === "back";
  const ended = isBack ? `went back to ${from.tag}` : `done, everything has ${to.tag}`;
  const running = isAlive ? (isBack ? "going back" : "under way") : "cut off";
  return {
    from: from.tag,
    to: to.tag,
    state: state === "ended" ? ended : state === "running" ? running : state,
    done: batches.filter((batch) => batch.state === "done").length,
    batches: batches.length,
    isEnded: state === "ended",
    isBack,
    ...(why !== undefined && { why }),
  };
}

/** Whether there is something left of it to do. */
export function isOpen({ state }: Pick<UpgradeRecord, "state">): boolean {
  return state !== "ended";
}
