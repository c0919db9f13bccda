import { authOptions, mountAuths, neededAuths } from "../auth/auth";
import type { ClusterConfig } from "../config/config";
import { type ContainerUnit, createContainer, type MountedFile, mountFile, type PlanContext } from "../containers/container-unit";
import { authOf, type DaemonGroup, roleOf } from "../daemons/daemon-group";
import type { DaemonPlace } from "../daemons/dial";
import { planPulls } from "../daemons/pulls";
import { planLdmsdHealth } from "../health/ldmsd";
import { groupImage, imageAt } from "../images/group-image";
import { findLdmsd } from "../images/ldmsd-of";
import type { LdmsdAbilities } from "../images/upstream-versions";
import type { ContainerPlace, PlannedMount } from "../model/container";
import { decompositionFile } from "../stores/decomposition";
import { groupBy } from "../text/group-by";
import { planAdvertisements } from "./advertise";
import { type FromMaestro, renderLdmsdConf } from "./conf";
import { CONF_IN_CONTAINER } from "./conf-path";
import { givenMemoryMib } from "./group-settings";
import { listSlots, type Slot } from "./list-slots";
import { mountGivenFiles } from "./mount-given-files";

export interface LdmsdArgs {
  readonly groups: readonly DaemonGroup[];
  readonly fromMaestro: FromMaestro;
  /** `-m` of the group's daemons, MiB. */
  readonly setMemoryMib: number;
  readonly storeMounts: readonly PlannedMount[];
  /** Texts of the stores' decompositions, by the name of the store. */
  readonly decompositionOf: ReadonlyMap<string, string>;
}

interface SlotArgs extends LdmsdArgs {
  /** What each of the group's daemons pulls, where its own file says it. */
  readonly pulls: readonly (readonly DaemonPlace[])[] | undefined;
  /** Whom each of them dials, where it advertises itself. */
  readonly advertisements: readonly (readonly DaemonPlace[])[] | undefined;
}

/** The ldmsds of the group. */
export function planLdmsds(context: PlanContext, config: ClusterConfig, group: DaemonGroup, args: LdmsdArgs): ContainerUnit[] {
  const pulls = group.level > 0 && args.fromMaestro.kind === "nothing" ? planPulls(group, args.groups) : undefined;
  const advertisements = group.advertises && args.fromMaestro.kind === "nothing" ? planAdvertisements(group, args.groups) : undefined;
  return listSlots(group).flatMap((slot) => planSlot(context, config, slot, { ...args, pulls, advertisements }));
}

/** One ldmsd a host. */
function planSlot(context: PlanContext, config: ClusterConfig, { group, indexes }: Slot, args: SlotArgs): ContainerUnit[] {
  const own = mountAuths(context, config, { ...group, auths: neededAuths(group, args.groups) });
  const { xprt, port } = group;
  const health = planLdmsdHealth(context, config, group, args.groups);
  const { hasStreamsOff } = findLdmsd(config, imageAt(group.path), group.given.image);
  const confs = mountConfs(context, { group, indexes }, { ...args, hasStreamsOff });
  const given = [...mountDecompositions(context, group, args.decompositionOf), ...mountGivenFiles(context, group)];
  const listen = ["-x", `${xprt}:${port}`, ...authOptions(authOf(group)), "-m", `${args.setMemoryMib}M`];
  const mounts = [...own.mounts, ...args.storeMounts, ...given.map(({ mount }) => mount), health.mount, ...group.given.mounts];
  const files = [...own.files, health.file, ...given.map(({ file }) => file)];
  const memory = givenMemoryMib(group);
  const endpoints = [{ xprt, port }, ...group.listeners];
  const ports = endpoints.map((one) => ({ port: one.port, container: group.container, purpose: "ldmsd" }));
  const xprts = [...new Set(endpoints.map((one) => one.xprt))];
  const plugins = group.plugins.map(({ name }) => name);
  return confs.map(({ conf, readers }) => ({
    container: createContainer({
      name: group.container,
      role: roleOf(group),
      healthCheck: health.healthCheck,
      ...givenSettings(group),
      argv: [...listen, ...(conf ? ["-c", CONF_IN_CONTAINER] : []), ...group.options],
      mounts: conf ? [...mounts, conf.mount] : mounts,
    }),
    places: readers.map((index) => placeOf(group, index)),
    files: conf ? [...files, conf.file] : files,
    ports,
    xprts,
    plugins,
    ...(memory !== undefined && { memoryMib: memory }),
  }));
}

/** Upstream's text calls the component id by both names: COMPID where it describes the images, COMPONENT_ID in its examples. */
function placeOf({ hosts, componentIds, given }: DaemonGroup, index: number): ContainerPlace {
  const [host, id] = [hosts[index]!, String(componentIds[index])];
  return { host, env: { COMPID: id, COMPONENT_ID: id, HOSTNAME: host, ...given.env } };
}

function mountDecompositions(context: PlanContext, group: DaemonGroup, decompositionOf: ReadonlyMap<string, string>): MountedFile[] {
  return (group.aggregator?.stores ?? []).flatMap(({ name }) => {
    const text = decompositionOf.get(name);
    if (text === undefined) return [];
    return [mountFile(context, { container: group.container, ...decompositionFile(name), content: { kind: "text", text } })];
  });
}

/** What of a container the group's entry says in its own words. */
function givenSettings({ given: { devices, gpus, image }, ...group }: DaemonGroup) {
  return {
    ...(devices.length > 0 && { devices: devices.map((path) => ({ path, permissions: "rw" as const })) }),
    ...(gpus && { gpus }),
    ...(image !== undefined && { image: groupImage(imageAt(group.path), image) }),
  };
}

/** A configuration file and the indexes of the daemons that read it. */
interface SharedConf {
  readonly conf: MountedFile | undefined;
  readonly readers: readonly number[];
}

/** Of samplers one for all, of aggregators one each. */
function mountConfs(
  context: PlanContext,
  { group, indexes }: Slot,
  { groups, fromMaestro, pulls, advertisements, hasStreamsOff }: SlotArgs & Pick<LdmsdAbilities, "hasStreamsOff">,
): SharedConf[] {
  const { stack } = context;
  const mount = (text: string | undefined) =>
    text === undefined
      ? undefined
      : mountFile(context, {
          container: group.container,
          name: "ldmsd.conf",
          containerPath: CONF_IN_CONTAINER,
          content: { kind: "text", text },
        });
  const render = (own: readonly DaemonPlace[], advertisesAt?: readonly DaemonPlace[]) =>
    mount(renderLdmsdConf(group, groups, { stack, fromMaestro, pulls: own, advertisesAt, hasStreamsOff }));
  if (pulls) return indexes.map((index) => ({ conf: render(pulls[index]!, advertisements?.[index]), readers: [index] }));
  // Of ten thousand samplers there are as many texts as aggregators.
  const alike = groupBy(indexes, (index) => {
    return (advertisements?.[index] ?? []).map((place) => place.group.daemonNames[place.index]).join(" ");
  });
  return [...alike.values()].map((readers) => ({ conf: render([], advertisements?.[readers[0]!] ?? []), readers }));
}
