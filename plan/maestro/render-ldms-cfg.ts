import { stringify } from "yaml";
import { authAttributes } from "../auth/auth";
import type { ClusterConfig } from "../config/config";
import { type GroupPart, listBelow } from "../daemons/below";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { slotOf } from "../daemons/slots";
import { listUpdaters } from "../daemons/updaters";
import { foldInOrder } from "../hostlist/hostlist";
import { subscriptionsOf } from "../ldmsd/streams";
import { renderPluginsA } from "./grammar-a";
import { cutInPieces, type Pieces, wholeGroups } from "./pieces";
import { daemonsKey, type YamlMap } from "./shared";

export type Grammar = NonNullable<ClusterConfig["maestro"]>["grammar"];

/** The name of a daemon's endpoint. @param listener a further one, by its name */
type NameEndpoint = (group: DaemonGroup, index: number, listener?: string) => string;

/**
 * The file that maestro_ctrl loads. The grammar is that of the maestro that is deployed: A of the README's time, C of 4.4.5 and later. By C, maestro spreads
 * producers over aggregators and nothing more: plugins and stores are in each daemon's own file, so that they are back with the daemon. A maestro of A's
 * time is given all of it, as in the README.
 * Every string stands in double quotes: maestro reads YAML 1.1, in which a bare `0777` is 511 and a bare `on` is true.
 */
export function renderLdmsCfg(groups: readonly DaemonGroup[], grammar: Grammar, stack: string): string {
  const nameEndpoint = chooseEndpointNames(groups);
  const namesOf = (group: DaemonGroup, index: number) => [group.daemonNames[index]!, nameEndpoint(group, index)];
  const pieces = grammar === "A" ? wholeGroups(groups) : cutInPieces(groups, namesOf);
  const document = {
    daemons: groups.flatMap((group) => pieces.get(group)!.map((piece) => renderDaemons(piece, { groups, grammar, nameEndpoint }))),
    aggregators: groups.filter(({ level }) => level > 0).map((group) => renderAggregator(group, { groups, grammar, pieces, nameEndpoint })),
    ...(grammar === "A" && renderPluginsA(groups)),
  };
  const text = stringify(document, {
    version: "1.1",
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return `# Made from Pulumi.${stack}.yaml; a change made here is lost at the next deployment.\n${text}`;
}

/** A sampler's endpoint is named after its host, as in the README, unless samplers share one; an aggregator's after the daemon. */
function chooseEndpointNames(groups: readonly DaemonGroup[]): NameEndpoint {
  const samplerHosts = groups.filter(({ level }) => level === 0).flatMap(({ hosts }) => hosts);
  const isShared = new Set(samplerHosts).size < samplerHosts.length;
  return ({ level, daemonNames, interconnectNames }, index, listener) => {
    const names = level === 0 && !isShared ? interconnectNames : daemonNames;
    return `${names[index]}-ep${listener === undefined ? "" : `-${listener}`}`;
  };
}

function renderDaemons({ group, indexes }: GroupPart, { groups, grammar, nameEndpoint }: Omit<Naming, "pieces">): YamlMap {
  const auth = authOf(group);
  // A piece is of one slot.
  const slot = slotOf(group, indexes[0]!);
  // maestro would connect to each sampler at its start, one after the other, and has nothing to say to it.
  const isTalkedTo = (grammar === "A" && !group.isExternal) || group.level > 0;
  const endpoint = {
    names: foldInOrder(indexes.map((index) => nameEndpoint(group, index))),
    ports: group.port + slot,
    xprt: group.xprt,
    maestro_comm: isTalkedTo,
    auth: authAttributes(auth),
  };
  const dialled = new Set(groups.map(({ aggregator }) => aggregator?.via));
  // Behind the one that maestro speaks to, so that it does not have the daemon listen there once more.
  const further = group.listeners.flatMap(({ name, port, ...listener }) =>
    name === undefined || !dialled.has(name)
      ? []
      : {
          names: foldInOrder(indexes.map((index) => nameEndpoint(group, index, name))),
          ports: port + slot,
          xprt: listener.xprt,
          maestro_comm: false,
          auth: authAttributes(listener.auth),
        },
  );
  const hosts = foldInOrder(indexes.map((i) => group.interconnectNames[i]!));
  return { names: daemonsKey(group, indexes), hosts, endpoints: [endpoint, ...further] };
}

interface Naming {
  readonly groups: readonly DaemonGroup[];
  readonly grammar: Grammar;
  readonly pieces: Pieces;
  readonly nameEndpoint: NameEndpoint;
}

/** Each level pulls from the one below: the daemons that are this group's, which maestro spreads over its own. */
function renderAggregator(group: DaemonGroup, { groups, grammar, pieces, nameEndpoint }: Naming): YamlMap {
  const { reconnect, type, via } = group.aggregator!;
  const updaters = listUpdaters(group.aggregator!).map(({ mode, interval, offset, sets }) => {
    return { mode, interval, ...(offset !== undefined && { offset }), sets: sets.map(({ regex, field }) => ({ regex, field })) };
  });
  const pulled = listBelow(group, groups).flatMap((part) => {
    const own = new Set(part.indexes);
    return pieces.get(part.group)!.filter(({ indexes }) => own.has(indexes[0]!));
  });
  const peers = pulled.map(({ group: peer, indexes }, i) => ({
    daemons: daemonsKey(peer, indexes),
    endpoints: foldInOrder(indexes.map((index) => nameEndpoint(peer, index, via))),
    reconnect,
    type,
    // By C an updater takes all producers of its aggregators, whichever peer it stands in.
    ...((grammar === "A" || i === 0) && { updaters }),
  }));
  const subscribe = subscriptionsOf(group, groups).map(({ stream, message, regex }) => ({
    ...(stream === undefined ? { message_tag: message } : { stream }),
    regex,
  }));
  return { daemons: daemonsKey(group), ...(subscribe.length > 0 && { subscribe }), peers };
}
