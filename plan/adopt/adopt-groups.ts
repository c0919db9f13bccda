import { SAMPLER_CONTAINER } from "../config/groups";
import { ROLES } from "../containers/roles";
import { foldInOrder } from "../hostlist/fold";
import { expandHostlist } from "../hostlist/hostlist";
import type { Unsaid } from "../ldms-import/source-site";
import type { StackConfig } from "../ldms-import/stack-of-site";
import { readTransports, type Transport } from "../rules/listeners";
import { majorityOf } from "../text/majority";
import { readMaps, readText } from "../text/read-value";
import { referenceOf } from "./adopt-images";
import { settingsOf } from "./adopt-settings";
import type { HandMade } from "./hand-made";

type Entry = Readonly<Record<string, unknown>>;

export interface GroupContext {
  readonly found: readonly HandMade[];
  /** Of daemons whose entry says none. */
  readonly port: number;
  readonly unsaid: Unsaid;
}

/** Entries of `samplers` or `aggregators`, with what most of the containers of each have. */
export function adoptGroups(config: StackConfig, key: "samplers" | "aggregators", context: GroupContext): Entry[] {
  return readMaps(config[key]).map((entry) => (entry["external"] === true ? entry : adoptGroup(entry, key, context)));
}

function adoptGroup(entry: Entry, key: "samplers" | "aggregators", context: GroupContext): Entry {
  const members = membersOf(entry, context);
  const place = `ldms:${key}`;
  const name = majorityOf(members, (one) => one.name);
  if (name === undefined) {
    context.unsaid.say(place, `no container was found for \`${readText(entry["name"]) ?? SAMPLER_CONTAINER}\` on \`${entry["hosts"]}\``);
    return entry;
  }
  return {
    ...named(entry, key, name),
    ...settingsOf(entry, members, place, context.unsaid),
  };
}

/** The ldmsd that listens there on each of its hosts. */
export function membersOf(entry: Entry, { found, port }: Pick<GroupContext, "found" | "port">): HandMade[] {
  const hosts = new Set(expandHostlist(String(entry["hosts"])));
  const wanted = typeof entry["port"] === "number" ? entry["port"] : port;
  const isThere = ({ port: own }: Transport) => own === wanted;
  return found.filter(({ host, role, facts }) => hosts.has(host) && ROLES[role].isLdmsd && readTransports(facts.argv).some(isThere));
}

/** A group that says its daemons' names may be called as its container; else these would follow from its name. */
function named(entry: Entry, key: "samplers" | "aggregators", container: string): Entry {
  if (key === "samplers") return container === SAMPLER_CONTAINER ? entry : { ...entry, container };
  if (entry["name"] === container) return entry;
  return entry["daemons"] === undefined ? { ...entry, container } : { ...entry, name: container };
}

/** Containers of a group that run another image than the stack's have it in their entry. @param usual references by image's name */
export function adoptGroupImages(entries: readonly Entry[], usual: ReadonlyMap<string, string>, context: GroupContext): Entry[] {
  return entries.map((entry) => {
    const members = membersOf(entry, context);
    const reference = majorityOf(members, referenceOf);
    const [first] = members;
    if (reference === undefined || first === undefined || reference === usual.get(ROLES[first.role].image)) return entry;
    return { ...entry, image: reference };
  });
}

export function hostsOf(entries: readonly Entry[]): string {
  return foldInOrder([...new Set(entries.flatMap(({ hosts }) => expandHostlist(String(hosts))))]);
}
