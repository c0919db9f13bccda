import type { ClusterConfig } from "./config";
import { checkContainers, checkLevels, checkListeners } from "./config-checks-daemons";
import { checkHeads, checkHostlists, checkMembership, checkMirrors, checkSsh } from "./config-checks-hosts";
import { checkMungeModes, checkOptions, checkPins, checkPlugins } from "./config-checks-options";
import { checkStores } from "./config-checks-stores";
import { checkTimes } from "./config-checks-times";
import { checkWaivers } from "./config-checks-waivers";
import { planDaemonGroups } from "./daemon-group";
import type { ConfigProblem } from "./errors";

type Check = (config: ClusterConfig) => readonly ConfigProblem[];

const CHECKS: readonly Check[] = [
  checkTimes,
  checkPlugins,
  checkOptions,
  checkMungeModes,
  checkPins,
  checkStores,
  checkLevels,
  checkWaivers,
];

/** These expand hostlists, so they run only where each of them can be. */
const HOST_CHECKS: readonly Check[] = [
  checkMembership,
  checkSsh,
  checkMirrors,
  checkHeads,
  checkContainers,
  checkListeners,
  (config) => planDaemonGroups(config).problems,
];

/** Everything that is wrong between the parts of a stack file of the right form. */
export function checkConfig(config: ClusterConfig): ConfigProblem[] {
  const malformed = checkHostlists(config);
  const checks = malformed.length ? CHECKS : [...CHECKS, ...HOST_CHECKS];
  return [...malformed, ...checks.flatMap((check) => check(config))];
}
