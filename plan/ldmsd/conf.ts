import { createHash } from "node:crypto";
import type { DaemonGroup } from "../daemons/daemon-group";
import { type DaemonPlace, dialDaemon, dialOwnPort } from "../daemons/dial";
import { renderAdvertiserLines } from "./advertise";
import { renderPullLines } from "./aggregator-conf";
import { renderListenLines } from "./listen-conf";
import { renderSamplerLines } from "./sampler-conf";
import { renderStoreLines } from "./store-conf";
import { renderServiceLines, renderSubscriptions } from "./streams";

/** What maestro gives the aggregators: nothing, their producers and updaters, or all but their own plugins; the text of the site's file, where it has one. */
export type FromMaestro =
  | { readonly kind: "nothing" }
  | { readonly kind: "pulls" }
  | { readonly kind: "all"; readonly ownText: string | undefined };

interface ConfArgs {
  readonly stack: string;
  readonly fromMaestro: FromMaestro;
  /** Of an aggregator: the daemons that are its own where maestro does not spread them. */
  readonly pulls: readonly DaemonPlace[];
  /** Of a daemon that dials those who pull it: these. */
  readonly advertisesAt?: readonly DaemonPlace[] | undefined;
  /** Its ldmsd has streams and messages off until it is told. */
  readonly hasStreamsOff: boolean;
}

/** The file that a daemon reads at its start, so that it comes back as planned whoever restarts it; undefined where there is nothing to say. */
export function renderLdmsdConf(
  group: DaemonGroup,
  groups: readonly DaemonGroup[],
  { stack, fromMaestro, pulls, advertisesAt = [], hasStreamsOff }: ConfArgs,
): string | undefined {
  const own = [...renderSamplerLines(group, groups), ...(group.aggregator ? renderAggregatorLines(group, groups, fromMaestro, pulls) : [])];
  const dialled = pulls.flatMap((place) => (place.group.advertises ? [] : dialDaemon(group, place)));
  const lines = [
    ...(hasStreamsOff ? renderServiceLines(group, groups) : []),
    ...renderListenLines(group, [...dialled, ...advertisesAt.map(dialOwnPort)]),
    ...renderAdvertiserLines(group, advertisesAt),
    ...own,
  ];
  if (lines.length === 0) return undefined;
  return [`# Made from Pulumi.${stack}.yaml; a change made here is lost at the next deployment.`, ...lines, ""].join("\n");
}

function renderAggregatorLines(
  group: DaemonGroup,
  groups: readonly DaemonGroup[],
  fromMaestro: FromMaestro,
  pulls: readonly DaemonPlace[],
): string[] {
  const { stores, type, reconnect } = group.aggregator!;
  // What maestro finds in an aggregator it leaves as it is: a change of it arrives by a new start, which another text of this file is.
  switch (fromMaestro.kind) {
    case "nothing":
      return [...renderStoreLines(stores), ...renderPullLines(group, groups, pulls), ...renderSubscriptions(group, groups)];
    case "pulls":
      return [...renderStoreLines(stores), `# Producers (type=${type} reconnect=${reconnect}) and updaters are maestro's.`];
    case "all": {
      // In a file that the plan writes, nothing that a running aggregator has from the other entries needs its new start.
      const text = fromMaestro.ownText ?? JSON.stringify(group.aggregator);
      return [`# The rest is maestro's, by its file ${createHash("sha256").update(text).digest("hex").slice(0, 16)}.`];
    }
    default:
      return fromMaestro satisfies never;
  }
}
