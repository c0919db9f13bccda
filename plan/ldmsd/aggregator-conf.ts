import type { AggregatorConfig } from "../config/config";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { renderLine } from "./conf-line";
import { renderDuration } from "./durations";
import type { DaemonPlace } from "./pulls";

/** What an aggregator pulls and how often. @param pulls the daemons that are its own, of the level below */
export function renderPullLines(group: DaemonGroup, pulls: readonly DaemonPlace[]): string[] {
  return [...renderAuths(group, pulls), ...pulls.flatMap((place) => renderProducer(group, place)), ...renderUpdater(group.aggregator!)];
}

/** The daemon's own authentication, `-a`, is that of every producer without another one. */
function renderAuths(group: DaemonGroup, pulls: readonly DaemonPlace[]): string[] {
  const others = new Set(pulls.map((place) => authOf(place.group)).filter((auth) => auth !== authOf(group)));
  return [...others].map((auth) => renderLine("auth_add", { name: auth, plugin: auth }));
}

function renderProducer(group: DaemonGroup, { group: below, index }: DaemonPlace): string[] {
  const { type } = group.aggregator!;
  const reconnect = renderDuration(group.aggregator!.reconnect);
  const name = below.daemonNames[index]!;
  const auth = authOf(below) === authOf(group) ? undefined : authOf(below);
  return [
    renderLine("prdcr_add", { name, type, xprt: below.xprt, host: below.interconnectNames[index], port: below.port, reconnect, auth }),
    renderLine("prdcr_start", { name }),
  ];
}

const MODES: Readonly<Record<AggregatorConfig["mode"], Readonly<Record<string, string>>>> = {
  pull: {},
  push: { push: "true" },
  onchange: { push: "onchange" },
  auto: { auto_interval: "true" },
};

function renderUpdater({ name, interval, offset, mode, sets }: AggregatorConfig): string[] {
  return [
    renderLine("updtr_add", { name, interval: renderDuration(interval), offset: renderDuration(offset), ...MODES[mode] }),
    ...selectionsOf(sets).map(({ regex, field }) => renderLine("updtr_match_add", { name, regex, match: field })),
    renderLine("updtr_prdcr_add", { name, regex: ".*" }),
    renderLine("updtr_start", { name }),
  ];
}

/** None where one of them takes every set, which is what an updater does by itself: it takes what any of them matches. */
export function selectionsOf(sets: AggregatorConfig["sets"]): AggregatorConfig["sets"] {
  return sets.some(({ regex }) => regex === ".*") ? [] : sets;
}
