import type { ServiceReport } from "../operations/observe/await-service";
import type { PassedPreflight } from "../operations/preflight/pass-preflight";
import type { PlanResult } from "./site-plan";

/** What somebody who shows a run is told on the way, beside its events. */
export interface RunHooks {
  /** Before anything is contacted. */
  readonly onPlan?: (found: PlanResult) => void;
  /** What the preflight found, of an `up` that goes on. */
  readonly onLook?: (passed: PassedPreflight) => void;
  /** Each report on the service while the data is waited for. */
  readonly onWait?: (report: ServiceReport) => void;
}

export interface RunOptions extends RunHooks {
  /** Ask the hosts first what there is. @default false */
  readonly refresh?: boolean;
  /** URNs; `*` and `**` are wild cards. */
  readonly targets?: readonly string[];
  readonly excludes?: readonly string[];
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
