import type { z } from "zod";
import { ClusterConfigSchema } from "../config/config";
import { nearMiss } from "../config/near-miss";
import { knownKeysAt } from "../config/wording";

type Values = Readonly<Record<string, unknown>>;

/**
 * The stack file as it was meant, where nothing is wrong with its form but unknown keys: one with a near miss under that name, the others left out. So
 * that what is wrong beside an unknown key is told with it.
 *
 * @returns undefined where more is wrong with the form
 */
export function withKnownKeys(values: Values, issues: readonly z.core.$ZodIssue[]): Values | undefined {
  const meant = structuredClone(values) as Record<string, unknown>;
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") return undefined;
    const known = knownKeysAt(ClusterConfigSchema, issue.path);
    const map = issue.path.reduce<Record<string, unknown>>((node, step) => node[String(step)] as Record<string, unknown>, meant);
    for (const key of issue.keys) {
      const near = nearMiss(key, known);
      if (near !== undefined && !Object.hasOwn(map, near)) map[near] = map[key];
      delete map[key];
    }
  }
  return meant;
}
