import { Config } from "@pulumi/pulumi";
import { GrantedEntry } from "../plan/config/given";
import { SAMPLER_CONTAINER } from "../plan/config/groups";
import { planWaiver, WaiverSchema } from "../plan/config/waiver";
import { grantsOf } from "../plan/daemons/settle-given";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { HostlistError } from "../plan/problems/errors";
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
  const given = [
    ...listOf("samplers").flatMap((entry) => grantsOfEntry(entry, { container: SAMPLER_CONTAINER })),
    ...listOf("aggregators").flatMap((entry) => grantsOfEntry(entry)),
  ];
  const profile = config.get("profile") === "minimal" ? "minimal" : "privileged";
  return { waivers, given, profile, today: new Date().toISOString().slice(0, 10) };
}

function grantsOfEntry(entry: unknown, defaults: Partial<GrantedEntry> = {}): DeploymentPlan["given"] {
  const parsed = GrantedEntry.safeParse(entry);
  if (!parsed.success) return [];
  try {
    return grantsOf([{ ...defaults, ...parsed.data }]);
  } catch (error) {
    if (error instanceof HostlistError) return [];
    throw error;
  }
}
