import type { EngineVerb } from "../../operations/pulumi-cli";
import type { StackLocation } from "../../stack/open-stack";
import type { RunOptions } from "../run-options";
import type { SiteRun } from "../site-run";

/** What the verbs of a site stand on. */
export interface SiteContext {
  readonly location: StackLocation;
  /** @param scope `images`: the targets are images, and no host is looked at. @default `all` */
  start(verb: EngineVerb, options: RunOptions, scope?: "all" | "images"): SiteRun;
}
