import type { ClusterConfig } from "../config/config";
import { checkPulled } from "../daemons/below";
import { planDaemonGroups } from "../daemons/daemon-group";
import { checkMemory, checkSetMemory } from "../ldmsd/group-settings";
import type { ConfigProblem } from "../problems/errors";
import { checkAbilities, checkAdvertising } from "./check-abilities";
import { checkAuth, checkMaestroAuths } from "./check-auth";
import { checkBuiltPlugins } from "./check-built-plugins";
import { checkConfigure } from "./check-configure";
import { checkContainers, checkLevels, checkListeners, checkPeers } from "./check-daemons";
import { checkExternal } from "./check-external";
import { checkFurther } from "./check-further-listeners";
import { checkGiven } from "./check-given";
import { checkGrammar, checkWholeGroups } from "./check-grammar";
import { checkHeads, checkInterconnectNames, checkJumps, checkMembership, checkMirrors, checkSsh } from "./check-hosts";
import { checkMungeModes, checkOptions, checkPins } from "./check-options";
import { checkPerHost } from "./check-per-host";
import { checkPlugins, checkSetNames } from "./check-plugins";
import { checkStoreForms } from "./check-store-forms";
import { checkStores } from "./check-stores";
import { checkTimes } from "./check-times";
import { checkUpdaters } from "./check-updaters";
import { checkWaivers } from "./check-waivers";

type Check = (config: ClusterConfig) => readonly ConfigProblem[];

const CHECKS: readonly Check[] = [
  checkTimes,
  checkUpdaters,
  checkPlugins,
  checkAbilities,
  checkBuiltPlugins,
  checkOptions,
  checkMungeModes,
  checkAuth,
  checkExternal,
  checkPins,
  checkGrammar,
  checkStoreForms,
  checkStores,
  checkLevels,
  checkWaivers,
  checkGiven,
  checkConfigure,
  checkPerHost,
];

/** These expand hostlists, so they run only where each of them can be. */
const HOST_CHECKS: readonly Check[] = [
  checkMembership,
  checkInterconnectNames,
  checkSsh,
  checkJumps,
  checkMirrors,
  checkHeads,
  checkContainers,
  checkListeners,
  checkSetNames,
  checkGroups,
];

/** Ids, names, and room for the sets; what one of these leaves open the next would say again. */
function checkGroups(config: ClusterConfig): readonly ConfigProblem[] {
  const { groups, problems } = planDaemonGroups(config);
  const all = problems.length ? problems : checkPulled(groups);
  if (all.length) return all;
  return [
    ...checkSetMemory(config, groups),
    ...checkMemory(config, groups),
    ...checkPeers(groups),
    ...checkWholeGroups(config, groups),
    ...checkFurther(config, groups),
    ...checkAdvertising(config, groups),
    ...checkMaestroAuths(config, groups),
  ];
}

/**
 * Everything that is wrong between the parts of a stack file of the right form.
 *
 * @param canExpand whether each of its hostlists can be read
 */
export function checkConfig(config: ClusterConfig, { canExpand }: { readonly canExpand: boolean }): ConfigProblem[] {
  const checks = canExpand ? [...CHECKS, ...HOST_CHECKS] : CHECKS;
  return checks.flatMap((check) => check(config));
}
