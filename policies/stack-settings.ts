import { Config } from "@pulumi/pulumi";
import { planWaiver, WaiverSchema } from "../plan/config/waiver";
import type { WaiverSettings } from "../plan/rules/waivers";

/**
 * What the stack file says of its rules; the engine hands a pack the stack's config. A waiver of a wrong form waives nothing:
 * the program refuses it in its own words.
 */
export function readStackSettings(): WaiverSettings {
  const config = new Config("ldms");
  const written = config.getObject<unknown>("waivers");
  const waivers = (Array.isArray(written) ? written : []).flatMap((entry: unknown) => {
    const parsed = WaiverSchema.safeParse(entry);
    return parsed.success ? [planWaiver(parsed.data)] : [];
  });
  const profile = config.get("profile") === "minimal" ? "minimal" : "privileged";
  return { waivers, profile, today: new Date().toISOString().slice(0, 10) };
}
