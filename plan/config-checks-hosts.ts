import type { ClusterConfig } from "./config";
import { type ConfigProblem, HostlistError, renderCaret } from "./errors";
import { expandHostlist, foldHosts } from "./hostlist";

/** A place in the stack file that holds a hostlist. */
interface HostlistPlace {
  readonly path: string;
  readonly text: string;
}

/** `ldms:hosts`, and every list of hosts that has to be in it. */
function hostPlaces(config: ClusterConfig): HostlistPlace[] {
  return [
    ...config.samplers.map(({ hosts }, i) => ({ path: `samplers[${i}].hosts`, text: hosts })),
    ...config.aggregators.map(({ hosts }, i) => ({ path: `aggregators[${i}].hosts`, text: hosts })),
    ...serviceHosts(config),
    ...config.ssh.overrides.map(({ hosts }, i) => ({ path: `ssh.overrides[${i}].hosts`, text: hosts })),
    ...config.images.mirrors.map(({ hosts }, i) => ({ path: `images.mirrors[${i}].hosts`, text: hosts })),
  ];
}

/** Places that name one host. */
function serviceHosts({ maestro, ui, grafana, fanOut }: ClusterConfig): HostlistPlace[] {
  const services = Object.entries({ maestro, ui, grafana }).flatMap(([name, service]) =>
    service ? [{ path: `${name}.host`, text: service.host }] : [],
  );
  return fanOut.head === undefined ? services : [...services, { path: "fanOut.head", text: fanOut.head }];
}

/** Lists of something else in the same grammar. */
function otherPlaces(config: ClusterConfig): HostlistPlace[] {
  const places = [
    { path: "ssh.address", text: config.ssh.address },
    ...config.ssh.overrides.map(({ address }, i) => ({ path: `ssh.overrides[${i}].address`, text: address })),
    ...config.samplers.map(({ daemons }, i) => ({ path: `samplers[${i}].daemons`, text: daemons })),
    ...config.aggregators.map(({ daemons }, i) => ({ path: `aggregators[${i}].daemons`, text: daemons })),
    ...config.waivers.map(({ hosts }, i) => ({ path: `waivers[${i}].hosts`, text: hosts })),
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
  const places = [...hostPlaces(config), ...Object.keys(config.componentIds).map((host) => ({ path: "componentIds", text: host }))];
  const strangers = places.flatMap(({ path, text }) => {
    const unknown = (path === "componentIds" ? [text] : expandHostlist(text)).filter((host) => !known.has(host));
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
  const mirrorOf = new Map<string, number>();
  return images.mirrors.flatMap(({ hosts: text }, i) => {
    const hosts = expandHostlist(text);
    const taken = hosts.filter((host) => mirrorOf.has(host));
    for (const host of hosts) mirrorOf.set(host, i);
    return taken.length ? [{ path: `images.mirrors[${i}].hosts`, message: `have a mirror already: \`${foldHosts(taken)}\`` }] : [];
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
