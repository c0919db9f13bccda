import type { ClusterConfig } from "./config/config";
import { type ContainerUnit, createContainer, type PlanContext } from "./container-unit";
import { authOf, type DaemonGroup } from "./daemon-group";
import type { ImageName, PlannedMount } from "./deployment-plan";
import { planLdmsdHealth } from "./health/ldmsd";
import { mountMunge } from "./munge/munge";

interface LdmsdArgs {
  readonly image: ImageName;
  readonly storeMounts: readonly PlannedMount[];
  readonly stopTimeoutSeconds: number;
}

/** One ldmsd a host of the group. */
export function planLdmsds(context: PlanContext, config: ClusterConfig, group: DaemonGroup, args: LdmsdArgs): ContainerUnit[] {
  const munge = mountMunge(context, config, group.munge, group.container);
  const { xprt, port } = group;
  const auth = authOf(group);
  const health = planLdmsdHealth(context, config, group);
  // One for all hosts of the group: there may be 100,000.
  const alike = {
    name: group.container,
    role: group.level === 0 ? "sampler" : "aggregator",
    image: args.image,
    argv: ["-x", `${xprt}:${port}`, ...(auth === "munge" ? ["-a", "munge"] : []), ...group.options],
    mounts: [...munge.mounts, health.mount, ...args.storeMounts],
    healthCheck: health.healthCheck,
    stopTimeoutSeconds: args.stopTimeoutSeconds,
  } as const;
  const ports = [{ port, container: group.container, purpose: "ldmsd" }];
  const needs = [`xprt ${xprt}`, ...group.plugins.map((plugin) => `plugin ${plugin.name}`)];
  return group.hosts.map((host, index) => {
    const id = String(group.componentIds[index]);
    // Upstream's text calls it by both names: COMPID where it describes the images, COMPONENT_ID in its examples.
    const container = createContainer({ host, ...alike, env: { COMPID: id, COMPONENT_ID: id } });
    return { container, files: [...munge.files, health.file], ports, needs };
  });
}
