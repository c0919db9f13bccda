import { SEEN_FILES_VARIABLE } from "../operations/seen-files";
import { PlanChangedError } from "../stack/engine-error";
import type { StackLocation } from "../stack/open-stack";
import { comparePlans } from "./compare-plans";
import { findKeptPlan, keepPlan } from "./kept-plans";
import { digestOfFiles, digestPlan, seePlan } from "./seen-plan";
import { readSitePlan, type SitePlan } from "./site-plan";
import type { EngineRunArgs } from "./stack-engine";
import { StepMarks } from "./step-marks";

/** Sees the steps of a preview, and gives it its digest. */
export class SeenPreview {
  private readonly steps = new StepMarks();

  constructor(
    private readonly location: StackLocation,
    private readonly onEvent: EngineRunArgs["onEvent"],
  ) {}

  readonly see: EngineRunArgs["onEvent"] = (event) => {
    this.steps.see(event);
    this.onEvent(event);
  };

  /** @param site what it was a preview of */
  async keep(site: SitePlan): Promise<string> {
    const seen = await seePlan(this.location, site, this.steps.all);
    await keepPlan(this.location, seen);
    return digestPlan(seen);
  }

  /** @throws PlanChangedError where what would be done now is not what was seen */
  async assertAgreed(expected: string): Promise<void> {
    const now = await seePlan(this.location, await readSitePlan(this.location), this.steps.all);
    const found = digestPlan(now);
    if (found === expected) return;
    const differences = comparePlans(expected, await findKeptPlan(this.location, expected), now);
    throw new PlanChangedError(this.location.stack, expected, found, differences);
  }
}

/** What an engine is told where its run is held to what was seen. */
export function agreedRun(
  expected: string | undefined,
  preview: SeenPreview,
): Pick<EngineRunArgs, "onPreviewed"> & { readonly environment: Readonly<Record<string, string>> } {
  if (expected === undefined) return { environment: {} };
  return { onPreviewed: () => preview.assertAgreed(expected), environment: { [SEEN_FILES_VARIABLE]: digestOfFiles(expected) } };
}
