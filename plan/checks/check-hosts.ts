import { type ClusterConfig, ClusterConfigSchema } from "../config/config";
import { listEntries } from "../config/entries";
import { findTexts, type TextPlace } from "../config/find-texts";
import { GroupOrHosts, Host, Hostlist } from "../config/scalars";
import { chooseMethod } from "../fan-out/plan-fan-outs";
import { expandHostlist, foldHosts } from "../hostlist/hostlist";
import { isByPosition } from "../hosts/component-ids";
import { checkInterconnect } from "../hosts/interconnect";
import { planConnections } from "../hosts/plan-connections";
import { type ConfigProblem, HostlistError, hostlistProblem } from "../problems/errors";

/** Every list of hosts that has to be in `ldms:hosts`. */
function hostPlaces(config: ClusterConfig): TextPlace[] {
  return [
    ...listEntries(config).map(({ path, entry }) => ({ path: `${path}.hosts`, text: entry.hosts })),
    ...serviceHosts(config),
    ...config.ssh.overrides.map(({ hosts }, i) => ({ path: `ssh.overrides[${i}].hosts`, text: hosts })),
    ...config.fanOut.heads.map(({ hosts }, i) => ({ path: `fanOut.heads[${i}].hosts`, text: hosts })),
    ...config.images.mirrors.map(({ hosts }, i) => ({ path: `images.mirrors[${i}].hosts`, text: hosts })),
    ...Object.entries(config.componentIds).flatMap(([key, value]) =>
      isByPosition(key, value) ? [] : [{ path: "componentIds", text: key }],
    ),
  ];
}

/** Places that name one host. */
function serviceHosts({ maestro, ui, grafana, fanOut }: ClusterConfig): TextPlace[] {
  const services = Object.entries({ maestro, ui, grafana }).flatMap(([name, service]) =>
    service ? [{ path: `${name}.host`, text: service.host }] : [],
  );
  const head = fanOut.head === undefined ? [] : [{ path: "fanOut.head", text: fanOut.head }];
  return [...services, ...head, ...fanOut.heads.map(({ host }, i) => ({ path: `fanOut.heads[${i}].host`, text: host }))];
}

/**
 * Hostlists that cannot be read, with a caret under the place, whatever the form of the rest is.
 *
 * @param values what stands below `ldms:`
 */
export function checkHostlists(values: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const { componentIds } = values;
  const keys = typeof componentIds === "object" && componentIds !== null ? Object.keys(componentIds) : [];
  const groups = new Set([values["samplers"], values["aggregators"]].flatMap(listGroupNames));
  return [
    ...findTexts(ClusterConfigSchema, values, [Hostlist, Host]),
    ...findTexts(ClusterConfigSchema, values, [GroupOrHosts]).filter(({ text }) => !groups.has(text)),
    ...keys.map((text) => ({ path: "componentIds", text })),
  ].flatMap(checkHostlist);
}

/** What groups are named by, of entries of any form. */
function listGroupNames(entries: unknown): unknown[] {
  return Array.isArray(entries) ? entries.flatMap((entry) => [entry?.name, entry?.container]) : [];
}

function checkHostlist({ path, text }: TextPlace): ConfigProblem[] {
  // That nothing is there has its own word.
  if (text === "") return [];
  try {
    expandHostlist(text);
    return [];
  } catch (error) {
    if (!(error instanceof HostlistError)) throw error;
    return [hostlistProblem(path, error)];
  }
}

/** Every host that something runs on is one of the stack's, and a service has one. */
export function checkMembership(config: ClusterConfig): ConfigProblem[] {
  const known = new Set(expandHostlist(config.hosts));
  const strangers = hostPlaces(config).flatMap(({ path, text }) => {
    const unknown = expandHostlist(text).filter((host) => !known.has(host));
    if (unknown.length === 0) return [];
    return [{ path, message: `not in \`hosts\`: \`${foldHosts(unknown)}\``, help: `hosts are \`${foldHosts([...known])}\`` }];
  });
  return [...serviceHosts(config).flatMap(checkSingleHost), ...strangers];
}

function checkSingleHost({ path, text }: TextPlace): ConfigProblem[] {
  const names = expandHostlist(text);
  if (names.length > 1) return [{ path, message: `must name exactly one host, not ${names.length}: \`${text}\`` }];
  if (names[0] !== text) return [{ path, message: `must be the host's plain name, \`${names[0]}\`: \`${text}\`` }];
  return [];
}

/** A host pulls from one registry. */
export function checkMirrors({ images }: ClusterConfig): ConfigProblem[] {
  const places = images.mirrors.map(({ hosts }, i) => ({ path: `images.mirrors[${i}].hosts`, text: hosts }));
  return findTwice(places).map(({ path, hosts }) => ({ path, message: `have a mirror already: \`${foldHosts(hosts)}\`` }));
}

/** A host is worked on from one head, a head is one only once, and `fanOut.head` has some hosts, too. */
export function checkHeads(config: ClusterConfig): ConfigProblem[] {
  const { fanOut } = config;
  const path = (i: number, key: string) => `fanOut.heads[${i}].${key}`;
  const heads = [fanOut.head, ...fanOut.heads.map(({ host }) => host)];
  const shared = findTwice(fanOut.heads.map((head, i) => ({ path: path(i, "hosts"), text: head.hosts })));
  const taken = new Set(fanOut.heads.flatMap((head) => expandHostlist(head.hosts)));
  return [
    ...fanOut.heads.flatMap(({ host }, i) =>
      heads.indexOf(host) <= i ? [{ path: path(i, "host"), message: `is a head already: \`${host}\`` }] : [],
    ),
    ...shared.map((one) => ({ path: one.path, message: `have a head already: \`${foldHosts(one.hosts)}\`` })),
    ...(listUsed(config).every((host) => taken.has(host)) ? [{ path: "fanOut.heads", message: "must leave a host to `fanOut.head`" }] : []),
  ];
}

/** Names that daemons would dial in vain. */
export function checkInterconnectNames(config: ClusterConfig): ConfigProblem[] {
  return [
    ...checkInterconnect("interconnect", config.interconnect, [...new Set(listUsed(config))]),
    ...listEntries(config).flatMap(({ path, entry }) =>
      (entry.listeners ?? []).flatMap(({ interconnect }, i) =>
        interconnect === undefined
          ? []
          : checkInterconnect(`${path}.listeners[${i}].interconnect`, interconnect, expandHostlist(entry.hosts)),
      ),
    ),
  ];
}

/** Hosts that run something. */
function listUsed({ samplers, aggregators, maestro, ui, grafana }: ClusterConfig): string[] {
  const services = [maestro, ui, grafana].flatMap((service) => (service ? [service.host] : []));
  return [...[...samplers, ...aggregators].flatMap(({ hosts }) => expandHostlist(hosts)), ...services];
}

/** Hosts of each list that an earlier one has. */
function findTwice(places: readonly TextPlace[]): { readonly path: string; readonly hosts: readonly string[] }[] {
  const seen = new Set<string>();
  return places.flatMap(({ path, text }) => {
    const all = expandHostlist(text);
    const hosts = all.filter((host) => seen.has(host));
    for (const host of all) seen.add(host);
    return hosts.length ? [{ path, hosts }] : [];
  });
}

/** What deploys speaks ssh itself where a host's files or a head's scripts go, and goes by one login node. */
export function checkJumps(config: ClusterConfig): ConfigProblem[] {
  const used = [...new Set(listUsed(config))];
  const { head, heads } = config.fanOut;
  const isDocker = chooseMethod(config, used.length) === "docker";
  const dialled = isDocker ? used : [head, ...heads.map(({ host }) => host)].filter((host) => host !== undefined);
  const connections = planConnections(config, dialled.length > 0 ? expandHostlist(config.hosts) : []);
  const behind = dialled.filter((host) => {
    const connection = connections.get(host);
    return connection?.kind === "ssh" && connection.jump?.jump !== undefined;
  });
  if (behind.length === 0) return [];
  const what = isDocker ? "the method `docker` goes by one login node" : "a head is reached by one login node";
  const help = `${isDocker ? "`method: fan-out`" : "no `fanOut.head`"}, which goes from this machine by all of them; or a login node that reaches the hosts`;
  return [{ path: "ssh.jump", message: `${what}, not by several: \`${foldHosts(behind)}\``, help }];
}

export function checkSsh({ hosts, ssh }: ClusterConfig): ConfigProblem[] {
  const settings = [{ ...ssh, path: "ssh", hosts }, ...ssh.overrides.map((override, i) => ({ ...override, path: `ssh.overrides[${i}]` }))];
  return settings.flatMap(({ path, hosts: text, address, local }) => {
    const { length } = expandHostlist(text);
    const count = address === undefined ? length : expandHostlist(address).length;
    const addresses = count === length ? [] : [{ path: `${path}.address`, message: `must be as many as the hosts, ${length}: ${count}` }];
    const isLocalList = local === true && length > 1;
    return isLocalList
      ? [...addresses, { path: `${path}.local`, message: `only one host can be the machine itself, not ${length}` }]
      : addresses;
  });
}
