import { mountAuths } from "../auth/auth";
import type { ClusterConfig } from "../config/config";
import { type ContainerUnit, createContainer, mountFile, type PlanContext } from "../containers/container-unit";
import { checkMaestro } from "../containers/health-checks";
import { ROLES } from "../containers/roles";
import { authOf, type DaemonGroup, type MungeMode } from "../daemons/daemon-group";
import { renderLdmsCfg } from "./render-ldms-cfg";

const CONTAINER = "maestro";

/** @param ownFile the site's own ldms_cfg.yaml, already checked */
export function planMaestro(
  context: PlanContext,
  config: ClusterConfig,
  groups: readonly DaemonGroup[],
  ownFile?: string,
): ContainerUnit[] {
  if (!config.maestro) return [];
  const { host, grammar } = config.maestro;
  const settings = mountFile(context, {
    container: CONTAINER,
    name: "ldms_cfg.yaml",
    containerPath: "/etc/ldms_cfg.yaml",
    content: { kind: "text", text: ownFile ?? renderLdmsCfg(groups, grammar, config.stack) },
  });
  const auths = new Set(groups.map(authOf));
  const own = mountAuths(context, config, { auths, munge: mungeModeOf(config, groups), container: CONTAINER });
  const container = createContainer({
    name: CONTAINER,
    role: "maestro",
    argv: [],
    mounts: [...own.mounts, settings.mount],
    healthCheck: checkMaestro(),
  });
  const ports = ROLES.maestro.fixedPorts.map((port) => ({ port, container: CONTAINER, purpose: "etcd" }));
  return [{ container, places: [{ host, env: {} }], files: [...own.files, settings.file], ports }];
}

/** maestro has to speak to every daemon: the cluster's mode, or that of a group where the cluster as such has none. */
function mungeModeOf(config: ClusterConfig, groups: readonly DaemonGroup[]): MungeMode {
  const modes = [config.munge.mode, ...groups.map(({ munge }) => munge)];
  return modes.find((mode) => mode !== "none") ?? "none";
}
