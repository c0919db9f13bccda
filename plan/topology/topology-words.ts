import { foldHosts } from "../hostlist/fold";
import { countOf, showControls } from "../text/text";
import type { SiteTopology, TopologyEdge, TopologyNode } from "./site-topology";

/** What is said of one node or line of a drawing, in lines for a person; free of control characters. */
export interface NodeWords {
  readonly title: string;
  readonly lines: readonly string[];
}

export function nodeWords({ kind, name, hosts, daemons, facts, setsPerSecond }: TopologyNode, mostCharacters: number): NodeWords {
  const isOne = kind === "ui" || kind === "grafana" || kind === "store";
  const place = `${isOne ? "" : `${countOf(daemons, "daemon")} `}on ${foldHosts(hosts)}`;
  const rate = setsPerSecond === undefined ? [] : [`${renderRate(setsPerSecond)} sets/s in all`];
  const title = kind === "store" ? `store ${name}` : name;
  return { title: cut(title, mostCharacters), lines: [place, ...facts, ...rate].map((line) => cut(line, mostCharacters)) };
}

/** `["3 of 4 daemons", "every 1s", "8.0 sets/s"]`; empty where there is nothing to say. */
export function edgeWords({ kind, daemons, intervals, connected, setsPerSecond, rowsPerSecond }: TopologyEdge): string[] {
  const count = connected === undefined ? countOf(daemons, "daemon") : `${connected} of ${countOf(daemons, "daemon")}`;
  return [
    ...(kind === "pull" ? [count] : []),
    ...(kind === "advertise" ? [`${count} dial in`] : []),
    ...(intervals.length > 0 ? [`every ${intervals.join(", ")}`] : []),
    ...(setsPerSecond === undefined ? [] : [`${renderRate(setsPerSecond)} sets/s`]),
    ...(rowsPerSecond === undefined ? [] : [`${renderRate(rowsPerSecond)} rows/s`]),
  ].map(showControls);
}

/** `cygnus: 4 samplers, 3 aggregators, 1 store` */
export function titleWords({ stack, nodes }: SiteTopology): string {
  const count = (wanted: TopologyNode["kind"]) =>
    nodes.filter(({ kind }) => kind === wanted).reduce((sum, { daemons }) => sum + daemons, 0);
  const stores = nodes.filter(({ kind }) => kind === "store").length;
  const parts = [countOf(count("samplers"), "sampler"), countOf(count("aggregators"), "aggregator"), countOf(stores, "store")];
  return showControls(`${stack}: ${parts.join(", ")}`);
}

/** What stands below a drawing. */
export function noteWords({ notes, faults = [] }: SiteTopology): string[] {
  return [...notes, ...faults.map(({ host, message }) => `${host}: did not tell: ${message}`)].map(showControls);
}

function renderRate(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

function cut(text: string, most: number): string {
  const shown = showControls(text);
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
}
