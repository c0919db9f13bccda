import type { ServiceReport } from "../operations/observe/await-service";
import type { PassedPreflight } from "../operations/preflight/pass-preflight";
import { BadInputError } from "../plan/problems/errors";
import { hasControls, showControls } from "../plan/text/text";
import type { PlanResult } from "./site-plan";
import type { Restored } from "./verbs/roll-back";

/** What somebody who shows a run is told on the way, beside its events. */
export interface RunHooks {
  /** Before anything is contacted. */
  readonly onPlan?: (found: PlanResult) => void;
  /** With `onlyFailed`: the hosts that the run is for. */
  readonly onHosts?: (hosts: readonly string[]) => void;
  /** What the preflight found, of an `up` that goes on. */
  readonly onLook?: (passed: PassedPreflight) => void;
  /** Where a run failed at hosts: what to type next, a line a cause. */
  readonly onWaysOn?: (lines: readonly string[]) => void;
  /** Each report on the service while the data is waited for. */
  readonly onWait?: (report: ServiceReport) => void;
}

export interface RunOptions extends RunHooks {
  /** Why, for the history: one line. */
  readonly message?: string;
  /** For whom, for the history: a portal's user. */
  readonly actor?: string;
  /** Ask the hosts first what there is. @default false */
  readonly refresh?: boolean;
  /** URNs; `*` and `**` are wild cards. */
  readonly targets?: readonly string[];
  readonly excludes?: readonly string[];
  /**
   * Of `up` and `preview`: only hosts that the last `up` has failed on or left out, by the records of the runs; not beside `targets` and `excludes`.
   * @default false
   */
  readonly onlyFailed?: boolean;
  /** Folders of policy packs, relative ones of the site's folder; `POLICY_PACK` is this package's own. */
  readonly policyPacks?: readonly string[];
  /** Go on with a state that the other engine wrote; everything is refreshed first. @default false */
  readonly takeOver?: boolean;
  /**
   * Of an `up`: the digest of the preview that was seen. It previews again, and changes something only where the digest is that one.
   * @throws PlanChangedError
   */
  readonly expect?: string;
  /**
   * After an `up` without `targets` and `excludes`: how long to wait at most until data arrives and nothing is in trouble; the result's `data` says
   * what was found. 0 does not look. @default 0
   */
  readonly waitSeconds?: number;
  /** Keep the ssh connections for ten minutes, for the next verb; false ends those that are kept. @default true, unless LDMS_KEEP is `off` */
  readonly keep?: boolean;
  readonly signal?: AbortSignal;
}

export interface RollbackOptions extends Omit<RunOptions, "onlyFailed"> {
  /** Told which files were put in the place of today's, before anything is contacted. */
  readonly onRestored?: (restored: Restored) => void;
}

/** Nothing but the stack as it is now is asked for: no part of it, no second look at what the state has, no judgement by somebody else. */
export function isPlain({ refresh, takeOver, onlyFailed, expect, targets = [], excludes = [], policyPacks = [] }: RunOptions): boolean {
  return !refresh && !takeOver && !onlyFailed && expect === undefined && targets.length + excludes.length + policyPacks.length === 0;
}

/** It leaves a part of the stack as it is. */
export function isPartial({ targets = [], excludes = [], onlyFailed = false }: RunOptions): boolean {
  return onlyFailed || targets.length + excludes.length > 0;
}

/** Behind these a line of the history is no line any more. */
const MOST_CHARACTERS = 500;

/** @throws BadInputError for words that are no line of a history */
export function assertMessage({ message = "", actor = "" }: Pick<RunOptions, "message" | "actor">): void {
  for (const [name, text] of Object.entries({ message, actor }))
    if (text.length > MOST_CHARACTERS || hasControls(text))
      throw BadInputError.of(
        name,
        `is not one line of up to ${MOST_CHARACTERS} characters: \`${showControls(text.slice(0, 40))}\``,
        "say it shorter, on one line",
      );
}
