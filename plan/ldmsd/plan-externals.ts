import { authOptions } from "../auth/auth";
import { listBelow } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { dialDaemon } from "../daemons/dial";
import type { ExternalDaemon, PlannedExternal } from "../model/daemon";
import { renderLdmsdConf } from "./conf";

/** What the site has to start by itself for each group with `external: true`, so that the aggregators find it as planned. */
export function planExternals(
  stack: string,
  groups: readonly DaemonGroup[],
  setMemoryMib: ReadonlyMap<DaemonGroup, number>,
): PlannedExternal[] {
  return groups
    .filter(({ isExternal }) => isExternal)
    .map((group) => {
      const conf = renderLdmsdConf(group, groups, { stack, fromMaestro: { kind: "nothing" }, pulls: [], hasStreamsOff: true });
      const argv = ["ldmsd", "-x", `${group.xprt}:${group.port}`, ...authOptions(authOf(group)), "-m", `${setMemoryMib.get(group)!}M`];
      return {
        name: group.name,
        argv: conf === undefined ? argv : [...argv, "-c", `/etc/ldms/${group.name}.conf`],
        ...(conf !== undefined && { conf }),
        daemons: listExternals(group, groups),
      };
    });
}

function listExternals(group: DaemonGroup, groups: readonly DaemonGroup[]): ExternalDaemon[] {
  const dialledAt = group.hosts.map((): ExternalDaemon["dialledAt"][number][] => []);
  for (const above of groups) {
    const part = listBelow(above, groups).find((one) => one.group === group);
    for (const index of part?.indexes ?? []) {
      const { host, port } = dialDaemon(above, { group, index });
      dialledAt[index]!.push({ host, port });
    }
  }
  return group.hosts.map((host, i) => ({ host, componentId: group.componentIds[i]!, dialledAt: dialledAt[i]! }));
}
