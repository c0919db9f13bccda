import type { ClusterConfig } from "../config/config";
import { listEntries } from "../config/entries";
import { expandHostlist, foldHosts } from "../hostlist/hostlist";
import { isByPosition } from "../hosts/component-ids";
import { type ConfigProblem, HostlistError, renderCaret } from "../problems/errors";

/** A place in the stack file that holds a hostlist. */
interface HostlistPlace {
  readonly path: string;
  readonly text: string;
}

/** `ldms:hosts`, and every list of hosts that has to be in it. */
function hostPlaces(config: ClusterConfig): HostlistPlace[] {
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
function serviceHosts({ maestro, ui, grafana, fanOut }: ClusterConfig): HostlistPlace[] {
  const services = Object.entries({ maestro, ui, grafana }).flatMap(([name, service]) =>
    service ? [{ path: `${name}.host`, text: service.host }] : [],
  );
  const head = fanOut.head === undefined ? [] : [{ path: "fanOut.head", text: fanOut.head }];
  return [...services, ...head, ...fanOut.heads.map(({ host }, i) => ({ path: `fanOut.heads[${i}].host`, text: host }))];
}

/** Lists of something else in the same grammar. */
function otherPlaces(config: ClusterConfig): HostlistPlace[] {
  const places = [
    { path: "ssh.address", text: config.ssh.address },
    ...config.ssh.overrides.map(({ address }, i) => ({ path: `ssh.overrides[${i}].address`, text: address })),
    ...listEntries(config).map(({ path, entry }) => ({ path: `${path}.daemons`, text: entry.daemons })),
    ...config.waivers.map(({ hosts }, i) => ({ path: `waivers[${i}].hosts`, text: hosts })),
    ...config.aggregators.flatMap(({ samplers, aggregators }, i) =>
      Object.entries({ samplers, aggregators }).flatMap(([key, names = []]) =>
        names.map((text, j) => ({ path: `aggregators[${i}].${key}[${j}]`, text })),
      ),
    ),
  ];
  return places.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
}

/** Hostlists that cannot be read, with a caret under the place. */
export function checkHostlists(config: ClusterConfig): ConfigProblem[] {
  return [{ path: "hosts", text: config.hosts }, ...hostPlaces(config), ...otherPlaces(config)].flatMap(checkHostlist);
}

function checkHostlist({ path, text }: HostlistPlace): ConfigProblem[] {
  try {
    expandHostlist(text);
    return [];
  } catch (error) {
    if (!(error instanceof HostlistError)) throw error;
    return [{ path, message: [error.reason, ...renderCaret(text, error.position).split("\n")].join("\n      ") }];
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

function checkSingleHost({ path, text }: HostlistPlace): ConfigProblem[] {
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

/** Hosts that run something. */
function listUsed({ samplers, aggregators, maestro, ui, grafana }: ClusterConfig): string[] {
  const services = [maestro, ui, grafana].flatMap((service) => (service ? [service.host] : []));
  return [...[...samplers, ...aggregators].flatMap(({ hosts }) => expandHostlist(hosts)), ...services];
}

/** Hosts of each list that an earlier one has. */
function findTwice(places: readonly HostlistPlace[]): { readonly path: string; readonly hosts: readonly string[] }[] {
  const seen = new Set<string>();
  return places.flatMap(({ path, text }) => {
    const all = expandHostlist(text);
    const hosts = all.filter((host) => seen.has(host));
    for (const host of all) seen.add(host);
    return hosts.length ? [{ path, hosts }] : [];
  });
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
