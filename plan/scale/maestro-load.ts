import { listBelow } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { listUpdaters, type Updater } from "../daemons/updaters";
import { daemonsKey } from "../maestro/shared";

/** Largest answer that maestro takes from etcd, bytes. @see maestro: scripts/maestro, `grpc.max_receive_message_length` */
export const GRPC_MESSAGE_BYTES = 16 * 2 ** 20;
/** What etcd keeps by default, bytes. @see https://etcd.io/docs/v3.4/dev-guide/limit/ */
export const ETCD_QUOTA_BYTES = 2 * 2 ** 30;
/** Of a key and value beside their text: revisions, version, and their tags and lengths. @see etcd: api/mvccpb/kv.proto */
const ENTRY_BYTES = 20;

/** What maestro's configuration comes to in its etcd, where it has a key for every leaf of every daemon. */
export interface MaestroLoad {
  /** Written one by one by maestro_ctrl. */
  readonly keys: number;
  /** Of the one answer in which maestro reads them all. @see maestro: scripts/maestro, `load_config` */
  readonly answerBytes: number;
  /** Samplers at which the answer would be as large as may be. */
  readonly mostSamplers: number;
}

/** Counted for the last daemon of each group, whose name is the longest, and taken as many times as there are daemons. */
export function planMaestroLoad(groups: readonly DaemonGroup[]): MaestroLoad {
  const loads = groups.map((group) => {
    const parents = groups.filter((parent) => listBelow(parent, groups).some((part) => part.group === group));
    const texts = [...daemonTexts(group), ...parents.flatMap((parent) => producerTexts(group, parent))];
    const keys = group.hosts.length * texts.length;
    return {
      isSampler: group.level === 0,
      daemons: group.hosts.length,
      keys,
      bytes: group.hosts.length * texts.join("").length + keys * ENTRY_BYTES,
    };
  });
  const samplers = loads.filter(({ isSampler }) => isSampler);
  const answerBytes = sum(loads.map(({ bytes }) => bytes));
  const samplerBytes = sum(samplers.map(({ bytes }) => bytes));
  const bytesASampler = samplerBytes / sum(samplers.map(({ daemons }) => daemons));
  return {
    keys: sum(loads.map(({ keys }) => keys)),
    answerBytes,
    mostSamplers: Math.floor((GRPC_MESSAGE_BYTES - (answerBytes - samplerBytes)) / bytesASampler),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Keys with their values. @see ldms: ldms/python/ldmsd/parser_util.py, `build_daemons` */
function daemonTexts(group: DaemonGroup): string[] {
  const daemon = `/maestro/daemons/${group.daemonNames.at(-1)}`;
  const host = group.interconnectNames.at(-1)!;
  const endpoint = endpointOf(group);
  const path = `${daemon}/endpoints/${endpoint}`;
  const auth = authOf(group);
  return [
    `${daemon}/addr${host}`,
    ...[`${path}/name${endpoint}`, `${path}/port${group.port}`, `${path}/xprt${group.xprt}`, `${path}/maestro_commTrue`],
    ...[`${path}/auth/name${auth}`, `${path}/auth/plugin${auth}`],
  ];
}

/** @see ldms: ldms/python/ldmsd/parser_util.py, `build_producers` */
function producerTexts(group: DaemonGroup, parent: DaemonGroup): string[] {
  const endpoint = endpointOf(group);
  const path = `/maestro/producers/${daemonsKey(parent)}/${endpoint}`;
  const { type } = parent.aggregator!;
  return [
    ...[`${path}/daemon${group.daemonNames.at(-1)}`, `${path}/dmn_grp${daemonsKey(group)}`, `${path}/name${endpoint}`],
    ...[`${path}/endpoint${endpoint}`, `${path}/type${type}`, `${path}/group${daemonsKey(parent)}`, `${path}/reconnect1000000`],
    ...listUpdaters(parent.aggregator!).flatMap((updater) => updaterTexts(`${path}/updaters/000000`, updater)),
  ];
}

function updaterTexts(path: string, { mode, interval, offset, sets }: Updater): string[] {
  return [
    ...[`${path}/mode${mode}`, `${path}/interval${interval}`, ...(offset === undefined ? [] : [`${path}/offset${offset}`])],
    ...sets.flatMap(({ regex, field }) => [`${path}/sets/000000/regex${regex}`, `${path}/sets/000000/field${field}`]),
  ];
}

function endpointOf({ level, interconnectNames, daemonNames }: DaemonGroup): string {
  return `${(level === 0 ? interconnectNames : daemonNames).at(-1)}-ep`;
}
