import { healthCommand } from "../../plan/health/ldmsd";
import { KIB_PER_MIB } from "../../plan/ldmsd/set-memory";
import type { PlannedDaemon, PlannedSubscription } from "../../plan/model/daemon";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import { askHost } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import type { RunOn } from "../reach/run-on-host";
import { controllerCommand } from "../service/controller";
import { type AggregatorWords, parseAggregatorWords, renderAggregatorScript } from "./aggregator-script";

/** An aggregator by its own word; JSON as it is. */
export interface AggregatorCheck {
  readonly host: string;
  readonly container: string;
  /** Absent where the daemon did not tell. */
  readonly setMemory?: SetMemory;
  /** What its health check finds wrong, or warns of: `store /store/meminfo: 8.1 % of its disk are free`. */
  readonly health?: { readonly isWarning: boolean; readonly message: string };
  /** What it asks its producers for, and how many have come since its start. */
  readonly received?: readonly (PlannedSubscription & { readonly count: number })[];
  /** Brokers of its stores that it does not reach, each with the reason. */
  readonly unreached?: readonly string[];
  /** Hosts whose daemons run without the stack, and that it is not connected to. */
  readonly unconnected?: readonly string[];
  /** Why it could not be asked, or gave no figures. */
  readonly fault?: string;
}

export interface SetMemory {
  readonly totalKb: number;
  readonly usedKb: number;
  readonly sets: number;
  /** Sets of its producers for which there was no room. */
  readonly refused: number;
  /** For `setMemory`, where that is short: `64M`. */
  readonly advised?: string;
}

/** Two answers of Python and one of the health check, on top of connecting. */
const ASK_SECONDS = 30;
const SHORT_SHARE = 0.8;
/** What a set takes at least, in kB. @see ldms: ldms/src/core/ldms.c, `LDMS_GRAIN_MMALLOC` */
const GRANULE_KB = 1;

/** Asks every aggregator how much of its set memory is taken, which sets it refuses, and what its health check says now. */
export function checkAggregators(run: RunOn, plan: DeploymentPlan, signal?: AbortSignal): Promise<AggregatorCheck[]> {
  const aggregators = plan.daemons.filter(({ role }) => role === "aggregator");
  return mapBounded(aggregators, (daemon) => askAggregator(run, plan, daemon, signal));
}

/** Refuses no set, reaches its brokers and the daemons that run without the stack, and is healthy. One that could not be asked shows nothing. */
export function isAggregatorWell({ setMemory, health, unreached = [], unconnected = [] }: AggregatorCheck): boolean {
  return (
    (setMemory?.refused ?? 0) === 0 && unreached.length === 0 && unconnected.length === 0 && (health === undefined || health.isWarning)
  );
}

async function askAggregator(run: RunOn, plan: DeploymentPlan, daemon: PlannedDaemon, signal?: AbortSignal): Promise<AggregatorCheck> {
  const place = { host: daemon.host, container: daemon.container };
  const host = hostNamed(plan, daemon.host);
  const container = host.containers.find(({ name }) => name === daemon.container);
  if (!container) throw new TypeError(`the plan has no container \`${daemon.container}\` on \`${daemon.host}\``);
  const health = healthCommand(container);
  const { subscriptions = [] } = daemon;
  const asksProducers = plan.externals !== undefined;
  const script = renderAggregatorScript({
    container: daemon.container,
    controller: controllerCommand(host, daemon),
    health,
    subscriptions,
    asksProducers,
  });
  const question = { step: `ask \`${daemon.container}\``, seconds: ASK_SECONDS, command: { script }, parse: parseAggregatorWords };
  const answer = await askHost(host, question, { run, signal });
  if (!("value" in answer)) return { ...place, fault: answer.reason };
  const unconnected = externalsAt(plan, answer.value.unconnected);
  return { ...place, ...describeAggregator(answer.value, subscriptions), ...(unconnected.length > 0 && { unconnected }) };
}

/** Hosts of those among the places where a daemon runs that the stack does not start: of the others their own containers tell. */
export function externalsAt(plan: DeploymentPlan, places: readonly string[]): string[] {
  if (places.length === 0) return [];
  const wanted = new Set(places);
  const externals = (plan.externals ?? []).flatMap(({ daemons }) => daemons);
  return externals.filter(({ dialledAt }) => dialledAt.some(({ host, port }) => wanted.has(`${host}:${port}`))).map(({ host }) => host);
}

export function describeAggregator(
  words: Omit<AggregatorWords, "unconnected">,
  subscriptions: readonly PlannedSubscription[] = [],
): Omit<AggregatorCheck, "host" | "container"> {
  const setMemory = describeMemory(words);
  const warning = /^warning: (.*)$/.exec(words.health)?.[1];
  const message = words.isHealthy ? warning : words.health || "its health check fails and gives no reason";
  const memory = setMemory
    ? { setMemory }
    : { fault: `its set memory is not known: ${words.complaint || "ldmsd_controller says nothing"}` };
  const { unreached } = words;
  const received = subscriptions.map((one) => ({ ...one, count: words.received.get(one.name) ?? 0 }));
  return {
    ...memory,
    ...(received.length > 0 && { received }),
    ...(unreached.length > 0 && { unreached }),
    ...(message !== undefined && { health: { isWarning: words.isHealthy, message } }),
  };
}

function describeMemory({ stats, refused }: Pick<AggregatorWords, "stats" | "refused">): SetMemory | undefined {
  const { mem_total_kb: totalKb, mem_used_kb: usedKb, active_count: sets } = stats;
  if (totalKb === undefined || usedKb === undefined || sets === undefined) return undefined;
  const isShort = refused.length > 0 || usedKb > SHORT_SHARE * totalKb;
  // Each set that waits for its first answer could be one that finds no room.
  const waiting = refused.length > 0 ? Math.max(refused.length, (stats["set_count"] ?? 0) - sets) : 0;
  return { totalKb, usedKb, sets, refused: waiting, ...(isShort && { advised: adviseMemory(totalKb, usedKb, sets, waiting) }) };
}

/** Half as much again as all sets take, to the next power of two, and more than there is. */
function adviseMemory(totalKb: number, usedKb: number, sets: number, waiting: number): string {
  const needKb = usedKb + waiting * Math.max(GRANULE_KB, Math.ceil(usedKb / Math.max(1, sets)));
  const leastMib = Math.max(1.5 * needKb, totalKb + 1) / KIB_PER_MIB;
  return `${2 ** Math.max(0, Math.ceil(Math.log2(leastMib)))}M`;
}
