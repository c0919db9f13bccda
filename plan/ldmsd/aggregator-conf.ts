import { listBelow } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import type { DaemonPlace } from "../daemons/dial";
import { dialDaemon } from "../daemons/dial";
import { listUpdaters, narrowSelections, type Updater } from "../daemons/updaters";
import { renderProducerListener } from "./advertise";
import { renderLine } from "./conf-line";
import { renderDuration } from "./durations";

/** What an aggregator pulls and how often. @param pulls the daemons that are its own, of the level below */
export function renderPullLines(group: DaemonGroup, groups: readonly DaemonGroup[], pulls: readonly DaemonPlace[]): string[] {
  const hasAdvertised = listBelow(group, groups).some((part) => part.group.advertises);
  const updaters = listUpdaters(group.aggregator!).flatMap(renderUpdater);
  return [
    ...pulls.flatMap((place) => (place.group.advertises ? [] : renderProducer(group, place))),
    ...(hasAdvertised ? renderProducerListener(group) : []),
    ...updaters,
  ];
}

function renderProducer(group: DaemonGroup, place: DaemonPlace): string[] {
  const { type } = group.aggregator!;
  const reconnect = renderDuration(group.aggregator!.reconnect);
  const name = place.group.daemonNames[place.index]!;
  const { xprt, host, port, auth } = dialDaemon(group, place);
  const other = auth === authOf(group) ? undefined : auth;
  return [renderLine("prdcr_add", { name, type, xprt, host, port, reconnect, auth: other }), renderLine("prdcr_start", { name })];
}

const MODES: Readonly<Record<Updater["mode"], Readonly<Record<string, string>>>> = {
  pull: {},
  push: { push: "true" },
  onchange: { push: "onchange" },
  auto: { auto_interval: "true" },
};

function renderUpdater({ name, interval, offset, mode, sets }: Updater): string[] {
  return [
    renderLine("updtr_add", { name, interval: renderDuration(interval), offset: renderDuration(offset), ...MODES[mode] }),
    ...narrowSelections(sets).map(({ regex, field }) => renderLine("updtr_match_add", { name, regex, match: field })),
    renderLine("updtr_prdcr_add", { name, regex: ".*" }),
    renderLine("updtr_start", { name }),
  ];
}
