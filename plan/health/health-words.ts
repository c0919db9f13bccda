import { authArguments } from "../auth/auth";
import { readAuthArguments } from "../auth/read-arguments";
import type { ClusterConfig, StoreConfig } from "../config/config";
import { listBeneath } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { schemaOf } from "../daemons/plugin-schema";
import { listUpdaters } from "../daemons/updaters";
import { interconnectPattern } from "../hosts/interconnect";
import { findStoreKind } from "../stores/kinds";
import { hasFolder, storeFolder } from "../stores/storage";
import { toSeconds } from "../text/duration";
import { awaitedSet } from "./awaited";

/**
 * Steps of what is waited for at an aggregator, in seconds: so that another interval of a sampler does not replace the aggregators. The least of
 * them is more than Linux takes to stamp a mapped file: it does so when it writes it back, up to 35 s later.
 */
const PATIENCE_SECONDS = [60, 600, 3600, 86_400] as const;
/** Intervals or flushes that may be missed. */
const MISSED = 3;

/** What the health script is told of the group's daemons, the same for each of them. @see HEALTH_SCRIPT */
export function healthWords(config: ClusterConfig, group: DaemonGroup, groups: readonly DaemonGroup[]): string[] {
  return [
    group.xprt,
    String(group.port),
    authOf(group),
    // Over other transports there is no loopback: it is dialled as its peers do.
    ...(group.xprt === "sock" ? [] : [`host=${interconnectPattern(config)}`]),
    ...[...authArguments(authOf(group)), ...readAuthArguments(group.options).filter(isWord)].map((argument) => `auth=${argument}`),
    ...group.plugins.flatMap((plugin) => {
      const set = awaitedSet(plugin);
      return set === undefined ? [] : [`set=${toSeconds(plugin.interval)}:${set}`];
    }),
    ...(group.aggregator ? [`receives=${patience(arrivalPace(group, groups))}`] : []),
    ...(group.aggregator?.stores ?? []).filter(hasFolder).map((store) => {
      const { schema, plugin } = store;
      // Of several schemas the file does not say which arrives.
      const isWatched = schema !== undefined && findStoreKind(plugin)?.writesByTime(store);
      const seconds = isWatched ? patience(arrivalPace(group, groups, schema), flushSeconds(store)) : 0;
      return `store=${plugin}:${seconds}:${schema ?? "-"}:${storeFolder(store)}`;
    }),
  ];
}

/** The script splits them at blanks. */
function isWord(argument: string): boolean {
  return !/[\s*?[]/.test(argument);
}

function patience(...seconds: readonly number[]): number {
  const least = MISSED * Math.max(...seconds);
  return PATIENCE_SECONDS.find((step) => step >= least) ?? Math.ceil(least);
}

/** Seconds from one change of the slowest set to the next at the aggregator: no updater on its way hands it on more often than it runs. */
function arrivalPace(group: DaemonGroup, groups: readonly DaemonGroup[], schema?: string): number {
  const beneath = listBeneath(group, groups).map((part) => part.group);
  const plugins = beneath.flatMap((one) => one.plugins);
  const sampled = plugins.filter((plugin) => schema === undefined || schemaOf(plugin) === schema);
  const updated = [group, ...beneath].flatMap(({ aggregator }) => (aggregator ? listUpdaters(aggregator) : []));
  return Math.max(0, ...[...sampled, ...updated].map(({ interval }) => toSeconds(interval)));
}

function flushSeconds({ flush }: StoreConfig): number {
  return flush === undefined ? 0 : toSeconds(flush);
}
