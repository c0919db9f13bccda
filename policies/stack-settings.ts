import { Config } from "@pulumi/pulumi";
import { GivenEntry } from "../plan/config/given";
import { planWaiver, WaiverSchema } from "../plan/config/waiver";
import { givenOfHosts } from "../plan/daemons/settle-given";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { WaiverSettings } from "../plan/rules/waivers";

/**
 * What the stack file says of its rules; the engine hands a pack the stack's config. What is of a wrong form waives and gives nothing:
 * the program refuses it in its own words.
 */
export function readStackSettings(): WaiverSettings & Pick<DeploymentPlan, "given"> {
  const config = new Config("ldms");
  const listOf = (key: string) => {
    const written = config.getObject<unknown>(key);
    return Array.isArray(written) ? (written as readonly unknown[]) : [];
  };
  const waivers = listOf("waivers").flatMap((entry) => {
    const parsed = WaiverSchema.safeParse(entry);
    return parsed.success ? [planWaiver(parsed.data)] : [];
  });
  const entries = [...listOf("samplers"), ...listOf("aggregators")].flatMap((entry) => {
    const parsed = GivenEntry.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  const profile = config.get("profile") === "minimal" ? "minimal" : "privileged";
  return { waivers, given: givenOfHosts(entries), profile, today: new Date().toISOString().slice(0, 10) };
}
