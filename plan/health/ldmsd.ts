import type { ClusterConfig } from "../config/config";
import { type MountedFile, mountFile, type PlanContext } from "../containers/container-unit";
import { shellCheck } from "../containers/health-checks";
import type { DaemonGroup } from "../daemons/daemon-group";
import { isByShortName } from "../hosts/interconnect";
import type { HealthCheck, PlannedContainer } from "../model/container";
import { shellLine } from "../text/shell";
import { healthWords } from "./health-words";
import { HEALTH_SCRIPT, HEALTH_SCRIPT_BY_SHORT_NAME } from "./script";

const SCRIPT_IN_CONTAINER = "/etc/ldms/health";

export interface LdmsdHealth extends MountedFile {
  readonly healthCheck: HealthCheck;
}

/** A container's check, for who runs it there: an ldmsd's that was taken over as it ran has no script, and nothing to say. */
export function healthCommand({ healthCheck }: Pick<PlannedContainer, "healthCheck">): string {
  const command = healthCheck.test.at(-1) ?? "true";
  return command.includes(SCRIPT_IN_CONTAINER) ? `[ -e ${SCRIPT_IN_CONTAINER} ] || exit 0; ${command}` : command;
}

/** A file of the plan, so that upstream's images have the same check as ours; told what the group's daemons are to sample, receive and store. */
export function planLdmsdHealth(
  context: PlanContext,
  config: ClusterConfig,
  group: DaemonGroup,
  groups: readonly DaemonGroup[],
): LdmsdHealth {
  const mounted = mountFile(context, {
    container: group.container,
    name: "health",
    mode: 0o755,
    containerPath: SCRIPT_IN_CONTAINER,
    content: { kind: "text", text: isByShortName(config) ? HEALTH_SCRIPT_BY_SHORT_NAME : HEALTH_SCRIPT },
  });
  // By sh: the host may have mounted its /var so that nothing there can be executed.
  const command = shellLine(["exec", "sh", SCRIPT_IN_CONTAINER, ...healthWords(config, group, groups)]);
  return { ...mounted, healthCheck: shellCheck(command, 15, 20) };
}
