import { LDMSD_PORT } from "../config/scalars";
import { foldInOrder } from "../hostlist/hostlist";
import { readHostNumber } from "../hosts/component-id";
import { planComponentIds, readComponentIds } from "../hosts/component-ids";
import { componentIdsFor } from "../hosts/component-ids-for";
import { majorityOf } from "../text/majority";
import { planAggregators } from "./aggregator-groups";
import { NameSet } from "./group-names";
import { moveListeners } from "./move-listeners";
import { planSamplers, type StackGroup } from "./sampler-groups";
import { levelsOf } from "./source-levels";
import type { SourceDaemon, SourceSite, Unsaid } from "./source-site";

/** What stands below `ldms:`. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** The stack file of the same daemons, in its own words. */
export function stackConfigOf(site: SourceSite, unsaid: Unsaid): StackConfig {
  const { daemons, interconnect } = nameHosts(site.daemons, unsaid);
  const levels = levelsOf({ ...site, daemons }, unsaid);
  const names = new NameSet(["samp"]);
  const samplers = planSamplers({ ...site, daemons }, { levels, names, unsaid });
  const aggregators = planAggregators({ ...site, daemons }, samplers, { levels, names, unsaid });
  const groups = [...samplers, ...aggregators];
  moveListeners(groups, unsaid);
  nameContainers(samplers);
  const hosts = [...new Set(groups.flatMap((group) => group.daemons.map(({ host }) => host)))];
  const given = new Map(
    groups.flatMap((group) => group.daemons.flatMap(({ host, componentId: id }) => (id === undefined ? [] : [[host, id] as const]))),
  );
  const componentIds = chooseIds(hosts, given);
  const ids = idsOf(hosts, componentIds);
  const usual = usualOf(groups, unsaid);
  const entryOf = (group: StackGroup) => ({ ...unusualOf(group, usual), ...daemonsOf(group, ids) });
  return {
    xprt: usual.xprt,
    ...(usual.port !== LDMSD_PORT && { ports: { ldmsd: usual.port } }),
    ...(usual.auth === "ovis" && { auth: usual.auth }),
    munge: { mode: usual.auth === "munge" ? "host" : "none" },
    hosts: foldInOrder(hosts),
    ...(interconnect !== undefined && { interconnect }),
    ...(componentIds && { componentIds }),
    samplers: samplers.map((group) => ({
      ...(group.entry["external"] === true || samplers.length > 1 || group.name !== "samp" ? { name: group.name } : {}),
      hosts: foldInOrder(group.daemons.map(({ host }) => host)),
      ...group.entry,
      ...entryOf(group),
    })),
    ...(aggregators.length > 0 && {
      aggregators: aggregators.map((group) => ({
        name: group.name,
        level: group.level,
        hosts: foldInOrder([...new Set(group.daemons.map(({ host }) => host))]),
        ...group.entry,
        ...entryOf(group),
      })),
    }),
  };
}

/** What stands once for all groups; each says for itself what it has otherwise. */
function usualOf(groups: readonly StackGroup[], unsaid: Unsaid): StackGroup["own"] {
  const xprt = majorityOf(groups, ({ own }) => own.xprt) ?? "sock";
  const port = majorityOf(groups, ({ own }) => own.port) ?? LDMSD_PORT;
  const auths = new Set(groups.flatMap(({ own, listeners }) => [own.auth, ...listeners.map(({ auth }) => auth)]));
  if (auths.has("ovis"))
    unsaid.say(
      "ldms:ovisSecret",
      "the word of `ovis` is in no file that is read here: a new one is made",
      "for the site's own: `ldms config set -s STACK --secret ovisSecret --file FILE`",
    );
  const [first = "none"] = auths;
  return { xprt, port, auth: auths.has("munge") ? "munge" : auths.size === 1 ? first : "none" };
}

function unusualOf(group: StackGroup, usual: StackGroup["own"]) {
  const { own, listeners } = group;
  return {
    ...(own.xprt !== usual.xprt && { xprt: own.xprt }),
    ...(own.port !== usual.port && { port: own.port }),
    ...(own.auth !== usual.auth && { auth: own.auth }),
    ...(listeners.length > 0 && { listeners: listeners.map((one) => listenerOf(one, group)) }),
  };
}

function listenerOf(one: StackGroup["listeners"][number], { own }: StackGroup) {
  const { xprt, auth, ...rest } = one;
  return { ...rest, ...(xprt !== own.xprt && { xprt }), ...(auth !== own.auth && { auth }) };
}

/** Hosts have the names that daemons dial, without what is the same behind the number of each: `cygnus-01` and `{host}-iw`. */
function nameHosts(
  daemons: readonly SourceDaemon[],
  unsaid: Unsaid,
): { readonly daemons: readonly SourceDaemon[]; readonly interconnect?: string } {
  const tails = new Set(daemons.map(({ host }) => /^[^.]*[0-9](-[A-Za-z][A-Za-z0-9]*)$/.exec(host)?.[1]));
  const [tail] = tails;
  if (tails.size !== 1 || tail === undefined) return { daemons };
  const bare = daemons.map((daemon) => ({ ...daemon, host: daemon.host.slice(0, -tail.length) }));
  unsaid.say(
    "ldms:hosts",
    `\`${daemons[0]!.host}\` is taken for the name of \`${bare[0]!.host}\` on another network: \`interconnect: "{host}${tail}"\``,
    `where hosts are called so: write \`${tail}\` behind each name of a host, and leave \`interconnect\` out`,
  );
  return { daemons: bare, interconnect: `{host}${tail}` };
}

function chooseIds(hosts: readonly string[], given: ReadonlyMap<string, number>): Readonly<Record<string, string | number>> | undefined {
  const needed = componentIdsFor(hosts, given);
  if (needed !== undefined) return needed;
  const own = [...given].filter(([host, id]) => readHostNumber(host) !== id);
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

function idsOf(hosts: readonly string[], componentIds: Readonly<Record<string, string | number>> = {}): ReadonlyMap<string, number> {
  return planComponentIds(hosts, readComponentIds({ componentIds, hosts: foldInOrder(hosts) }).ids).ids;
}

/** Names of its daemons, where they are others than a stack's own. */
function daemonsOf({ name, daemons, perHost }: StackGroup, ids: ReadonlyMap<string, number>): { readonly daemons?: string } {
  const count = daemons.length / perHost;
  const planned = daemons.map(({ host }, i) => `${name}-${ids.get(host)}${i < count ? "" : `-${Math.floor(i / count) + 1}`}`);
  if (daemons.every((daemon, i) => daemon.name === planned[i])) return {};
  return { daemons: foldInOrder(daemons.map((daemon) => daemon.name)) };
}

/** A host has one container of a name. */
function nameContainers(samplers: readonly StackGroup[]): void {
  const taken = new Set<string>();
  for (const group of samplers) {
    if (group.entry["external"] === true) continue;
    const hosts = group.daemons.map(({ host }) => host);
    if (hosts.some((host) => taken.has(host))) group.entry["container"] = group.name;
    for (const host of hosts) taken.add(host);
  }
}
