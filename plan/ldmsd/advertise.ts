import { listPulling } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { type DaemonPlace, dialOwnPort } from "../daemons/dial";
import { planPulls } from "../daemons/pulls";
import { renderLine } from "./conf-line";
import { renderDuration } from "./durations";

/** The aggregators at which each of a group's daemons says that it is there; by the order of the group's lists. */
export function planAdvertisements(group: DaemonGroup, groups: readonly DaemonGroup[]): readonly (readonly DaemonPlace[])[] {
  const targets: DaemonPlace[][] = group.hosts.map(() => []);
  for (const above of listPulling(group, groups)) {
    for (const [index, pulls] of planPulls(above, groups).entries()) {
      for (const pulled of pulls) if (pulled.group === group) targets[pulled.index]!.push({ group: above, index });
    }
  }
  return targets;
}

/** On the side that dials: no aggregator has to know its name, nor reach it. */
export function renderAdvertiserLines(group: DaemonGroup, targets: readonly DaemonPlace[]): string[] {
  return targets.flatMap((place) => {
    const name = place.group.daemonNames[place.index]!;
    const { xprt, host, port, auth } = dialOwnPort(place);
    const reconnect = renderDuration(place.group.aggregator!.reconnect);
    const other = auth === authOf(group) ? undefined : auth;
    return [renderLine("advertiser_add", { name, xprt, host, port, reconnect, auth: other }), renderLine("advertiser_start", { name })];
  });
}

/** On the aggregator's: whoever proves itself is let in, by whatever name its host calls itself. */
export function renderProducerListener({ name }: DaemonGroup): string[] {
  return [renderLine("prdcr_listen_add", { name }), renderLine("prdcr_listen_start", { name })];
}
