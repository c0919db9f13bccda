import type { ClusterConfig } from "../config/config";
import { writtenGrammar } from "../config/written-grammar";
import { listBelow } from "../daemons/below";
import type { DaemonGroup } from "../daemons/daemon-group";
import type { ConfigProblem } from "../problems/errors";

/** Where daemons listen besides their own port, and who dials them there. */
export function checkFurther(config: ClusterConfig, groups: readonly DaemonGroup[]): ConfigProblem[] {
  return groups.flatMap((group) => [
    ...checkOwn(group),
    ...checkVia(config, group, groups),
    ...checkDiscovery(config, group),
    ...checkWaiting(config, group, groups),
    ...checkAsked(group, groups),
  ]);
}

function checkOwn(group: DaemonGroup): ConfigProblem[] {
  const { listeners, path } = group;
  return listeners.flatMap(({ name, port, auth }, i) => {
    const place = `${path}.listeners[${i}]`;
    const first = [group.port, ...listeners.slice(0, i).map((one) => one.port)].indexOf(port);
    const owner = first === 0 ? "the daemon itself" : `listeners[${first - 1}]`;
    const namesake = name === undefined ? -1 : listeners.findIndex((one) => one.name === name);
    return [
      ...(first < 0 ? [] : [{ path: `${place}.port`, message: `is taken by ${owner}: ${port}`, help: "a listener has a port of its own" }]),
      ...(namesake < 0 || namesake === i
        ? []
        : [{ path: `${place}.name`, message: `is already the name of listeners[${namesake}]: \`${name}\`` }]),
      ...(auth === "munge" && group.munge === "none"
        ? [{ path: `${place}.auth`, message: "the group has no munge: `munge`", help: "leave `munge: none` of the group out" }]
        : []),
    ];
  });
}

/** Each of the daemons that are dialled there has to have the listener. */
function checkVia(config: ClusterConfig, group: DaemonGroup, groups: readonly DaemonGroup[]): ConfigProblem[] {
  const via = group.aggregator?.via;
  if (via === undefined) return [];
  const path = `${group.path}.via`;
  const pulled = listBelow(group, groups).map((part) => part.group);
  const below = pulled.filter((one) => !one.advertises);
  if (pulled.length > 0 && below.length === 0)
    return [{ path, message: `has no effect: what it pulls dials this aggregator itself: \`${via}\``, help: "leave it out" }];
  const listenerOf = (one: DaemonGroup) => one.listeners.find(({ name }) => name === via);
  const lacking = below.filter((one) => !listenerOf(one)).map(({ name }) => `\`${name}\``);
  if (lacking.length) {
    const help = `listeners: [{ name: ${via}, port: PORT }] for each of them`;
    return [{ path, message: `is no listener of ${lacking.join(", ")}: \`${via}\``, help }];
  }
  const isElsewhere = (one: DaemonGroup) => listenerOf(one)!.interconnectNames !== one.interconnectNames;
  if (writtenGrammar(config) === undefined || !below.some(isElsewhere)) return [];
  return [
    {
      path,
      message: `maestro dials a daemon by the stack's \`interconnect\`, not by that of its listener: \`${via}\``,
      help: "leave `maestro` out: then each aggregator has it in its own file",
    },
  ];
}

/** maestro of ldms 4.5 has advertised producers stand by, and starts those that are there when it spreads them. @see maestro: scripts/maestro, `add_prdcr_listen` */
function checkDiscovery({ maestro }: ClusterConfig, { advertises, isExternal, path }: DaemonGroup): ConfigProblem[] {
  if (advertises && isExternal) {
    const help = "leave it out, or `external`";
    return [{ path: `${path}.discovery`, message: "is for daemons that the stack starts: `advertise`", help }];
  }
  if (!advertises || !maestro) return [];
  return [
    {
      path: `${path}.discovery`,
      message: "maestro never starts a daemon that advertises after it has looked: `advertise`",
      help: "leave `maestro` out, or have `advertise` and `prdcr_listen` in a `maestro.configFile`",
    },
  ];
}

/** Of those that the stack starts, nobody dials but who advertises. A site's own ldms_cfg.yaml may have them do so. */
function checkWaiting({ maestro }: ClusterConfig, group: DaemonGroup, groups: readonly DaemonGroup[]): ConfigProblem[] {
  if (group.aggregator?.type !== "passive" || maestro?.configFile !== undefined) return [];
  const silent = listBelow(group, groups).flatMap((part) =>
    part.group.advertises || part.group.isExternal ? [] : `\`${part.group.name}\``,
  );
  if (silent.length === 0) return [];
  const help = "discovery: advertise for each of them; or leave `type` out, and it dials them";
  return [{ path: `${group.path}.type`, message: `waits for ${silent.join(", ")}, which do not dial: \`passive\``, help }];
}

/** ldmsd names whoever advertises `HOSTNAME:PORT`, by what its host calls itself. */
function checkAsked(group: DaemonGroup, groups: readonly DaemonGroup[]): ConfigProblem[] {
  const advertised = listBelow(group, groups).flatMap((part) => (part.group.advertises ? `\`${part.group.name}\`` : []));
  if (advertised.length === 0) return [];
  return (group.aggregator?.subscribe ?? []).flatMap(({ regex }, i) => {
    if (regex === ".*") return [];
    const message = `is compared with HOSTNAME:PORT, not with the plan's names, for daemons that advertise (${advertised.join(", ")}): \`${regex}\``;
    return [{ path: `${group.path}.subscribe[${i}].regex`, message, help: "leave it out: then all of them are asked" }];
  });
}
