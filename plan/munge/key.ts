import { usesMungeKey } from "../config/checks-options";
import type { ClusterConfig } from "../config/config";
import type { PlanFacts } from "../deployment-plan";
import type { ConfigProblem } from "../errors";

/** munged 0.5.15 refuses a shorter one ("Keyfile must be at least 32 bytes"); it reads longer ones whole, upstream's 4096 bytes among them. */
export const MIN_KEY_BYTES = 32;

const MAKE_ONE = "ldms munge-key generate";

/** What only the key's length and content can tell; its value stays at the edge. */
export function checkMungeKey(config: ClusterConfig, facts: PlanFacts): ConfigProblem[] {
  if (!usesMungeKey(config)) return [];
  const { hostPath } = config.munge;
  const key = facts.secrets["mungeKey"];
  if (hostPath !== undefined) {
    if (key === undefined) return [];
    return [{ path: "munge.hostPath", message: `is set beside the secret \`mungeKey\`: \`${hostPath}\``, help: "keep one of the two" }];
  }
  if (key === undefined) {
    return [
      {
        path: "mungeKey",
        message: "is missing, and munge has the mode `key`",
        help: `${MAKE_ONE} -s ${config.stack}, or set \`munge.hostPath\``,
      },
    ];
  }
  if (key.lengthBytes < MIN_KEY_BYTES) {
    return [
      {
        path: "mungeKey",
        message: `must be at least ${MIN_KEY_BYTES} bytes, in base64: ${key.lengthBytes}`,
        help: `${MAKE_ONE} --replace -s ${config.stack}`,
      },
    ];
  }
  if (key.isUniform) {
    return [
      {
        path: "mungeKey",
        message: "is the same byte throughout, as the key in upstream's images",
        help: `${MAKE_ONE} --replace -s ${config.stack}`,
      },
    ];
  }
  return [];
}
