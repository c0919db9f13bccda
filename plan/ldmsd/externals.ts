import { authOptions } from "../auth/auth";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import type { PlannedExternal } from "../model/daemon";
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
        daemons: group.hosts.map((host, i) => ({ host, dialledAs: group.interconnectNames[i]!, componentId: group.componentIds[i]! })),
      };
    });
}
