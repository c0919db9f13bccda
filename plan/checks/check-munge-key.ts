import type { ClusterConfig } from "../config/config";
import type { PlanFacts } from "../model/plan-facts";
import { findKeyProblem } from "../munge/key-form";
import { MUNGE_KEY_SECRET } from "../munge/munge";
import type { ConfigProblem } from "../problems/errors";
import { usesMungeKey } from "./check-options";

const MAKE_ONE = "ldms munge-key generate";

/** What only the key's length and content can tell; its value stays at the edge. */
export function checkMungeKey(config: ClusterConfig, facts: PlanFacts): ConfigProblem[] {
  if (!usesMungeKey(config)) return [];
  const { hostPath } = config.munge;
  const key = facts.secrets[MUNGE_KEY_SECRET];
  if (hostPath !== undefined) {
    if (key === undefined) return [];
    return [{ path: "munge.hostPath", message: `is set beside the secret \`mungeKey\`: \`${hostPath}\``, help: "keep one of the two" }];
  }
  if (key === undefined) {
    return [
      {
        path: MUNGE_KEY_SECRET,
        message: "is missing, and munge has the mode `key`",
        help: `${MAKE_ONE} -s ${config.stack}, or set \`munge.hostPath\``,
      },
    ];
  }
  const message = findKeyProblem(key);
  return message === undefined ? [] : [{ path: MUNGE_KEY_SECRET, message, help: `${MAKE_ONE} --replace -s ${config.stack}` }];
}
