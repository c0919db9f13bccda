import type { EngineVerb } from "../../operations/pulumi-cli";
import type { StackLocation } from "../../stack/open-stack";
import type { CarryOutArgs } from "../carry-out";
import type { RunOptions } from "../run-options";
import type { SiteRun } from "../site-run";

/** What a run is a part of. */
export type RunPart = Pick<CarryOutArgs, "scope" | "ofUpgrade">;

/** What the verbs of a site stand on. */
export interface SiteContext {
  readonly location: StackLocation;
  start(verb: EngineVerb, options: RunOptions, part?: RunPart): SiteRun;
}
