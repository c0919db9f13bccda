import type { ImageChoice, UpgradeRecord } from "../../operations/upgrade/upgrade-record";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { ImageName } from "../../plan/model/image";
import type { UpgradeBatch } from "../../plan/upgrade/plan-upgrade";

/** An upgrade of which nothing is done yet. */
export interface PlannedUpgrade {
  /** With digests as far as the stack file has them. */
  readonly from: ImageChoice;
  readonly to: ImageChoice;
  /** Images that have a reference of their own, and stay. */
  readonly leftOut: readonly ImageName[];
  readonly batches: readonly UpgradeBatch[];
  /** The stack with the new images, for who reaches its hosts. */
  readonly located: DeploymentPlan;
  readonly freshSeconds: number;
  readonly waitSeconds: number;
  readonly hostSeconds: number;
}

/** What every step of an upgrade may be told. */
export interface UpgradeHooks {
  /** Told a line at a time what happens. */
  readonly say?: (line: string) => void;
  /** For whom, for the history: a portal's user. */
  readonly actor?: string;
  /** It ends behind the batch that is under way; `resumeUpgrade` goes on. */
  readonly signal?: AbortSignal;
}

export interface UpgradeArgs extends UpgradeHooks {
  /** Tag of the images: `4.5.4`. */
  readonly to: string;
  /** Samplers of a batch that may fail, a number or a share: `5%`. @default `fanOut.maxFail` of the stack file */
  readonly maxFail?: number | string;
  /** What is done where more fail. @default `stop` */
  readonly onFailure?: "stop" | "rollback";
  /** How long the data may take after a batch; more than `freshSeconds`. @default 120, or twice `freshSeconds` */
  readonly waitSeconds?: number;
  /** Rows a second are those of so long, and a row counts up to this age. @default 30, or three of the longest sampling interval */
  readonly freshSeconds?: number;
  /** Why, for the history: one line. */
  readonly message?: string;
  /** Asked before anything is pulled. @default yes */
  readonly confirm?: (planned: PlannedUpgrade) => Promise<boolean>;
}

export interface UpgradeReport extends UpgradeRecord {
  /** `declined`: nothing was changed. */
  readonly outcome: "declined" | "done" | "back" | "paused" | "stopped";
}
