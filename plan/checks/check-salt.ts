import { findSaltProblem, OVIS_SALT, OVIS_SECRET } from "../auth/ovis-secret";
import type { ClusterConfig } from "../config/config";
import { listEntries } from "../config/entries";
import type { PlanFacts } from "../model/plan-facts";
import type { ConfigProblem } from "../problems/errors";
import { ownValue } from "../text/own-value";
import { usesOvis } from "./check-auth";

/** Who fingerprints a secret of people's own, needs the salt. */
export function checkSalt(config: ClusterConfig, { secrets }: PlanFacts): ConfigProblem[] {
  const given = listEntries(config).flatMap(({ entry: { files = [] } }) =>
    files.flatMap(({ secret }) => (secret === undefined ? [] : [secret])),
  );
  const salted = [...(usesOvis(config) ? [OVIS_SECRET] : []), ...given].find((name) => ownValue(secrets, name) !== undefined);
  if (salted === undefined) return [];
  const salt = secrets[OVIS_SALT];
  const wrong = salt === undefined ? `is missing beside \`${salted}\`` : findSaltProblem(salt);
  if (wrong === undefined) return [];
  const help = `head -c 32 /dev/urandom | base64 | ldms config set -s ${config.stack} --secret ${OVIS_SALT}`;
  return [{ path: OVIS_SALT, message: wrong, help }];
}
