import { onceFor } from "../text/once-for";
import { findDialPattern } from "./dial-pattern";
import type { ContainerFacts } from "./facts";
import { readTransports } from "./listeners";
import { isLdmsd } from "./role-of-container";
import type { StackFacts, Topology } from "./topology-facts";
import { fromConfs, ownName, readConfs, storesOfConf } from "./topology-of-confs";
import { parseTopology } from "./topology-of-maestro";

/** undefined: the stack has neither an ldms_cfg.yaml at hand that is YAML, nor an aggregator with producers in its own file. */
export const readTopology = onceFor((stack: StackFacts): Topology | undefined => {
  const text = stack.files.find(({ path }) => path.endsWith("/ldms_cfg.yaml"))?.text;
  const confs = readConfs(stack);
  const hosts = stack.containers.filter(isLdmsd).map(({ host }) => host);
  const topology = text === undefined ? fromConfs(stack, confs) : parseTopology(text, hosts);
  if (!topology) return undefined;
  const nameOf = nameDaemons(stack, topology);
  return { ...topology, stores: [...topology.stores, ...confs.flatMap((conf) => storesOfConf(conf, nameOf))] };
});

/** What a topology calls a container: by the place where it is dialled. */
export function nameDaemons(stack: StackFacts, topology: Topology): (container: ContainerFacts) => string {
  const nameAt = readPlaces(stack, topology);
  return (container) => nameAt(container, readTransports(container.argv)[0]?.port) ?? ownName(container);
}

/** The ldmsd containers that maestro's file does not name, as `cygnus-01:411`. */
export function unnamedDaemons(stack: StackFacts, topology: Topology): ContainerFacts[] {
  const nameAt = readPlaces(stack, topology);
  return stack.containers.filter((one) => isLdmsd(one) && !readTransports(one.argv).some(({ port }) => nameAt(one, port) !== undefined));
}

/** The daemon that is dialled at a port of a container's host. */
function readPlaces({ containers }: StackFacts, { daemons }: Topology): (container: ContainerFacts, port?: number) => string | undefined {
  const [before, after] = findDialPattern(
    containers.filter(isLdmsd).map(({ host }) => host),
    [...daemons.values()].map(({ host }) => host),
  );
  const nameAt = new Map<string, string>(
    [...daemons].flatMap(([name, place]) => [place, ...(place.further ?? [])].map(({ host, port }) => [`${host}:${port}`, name] as const)),
  );
  return (container, port) => nameAt.get(`${before}${container.host}${after}:${port}`);
}
