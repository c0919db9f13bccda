import { planSteps } from "./builds/build-steps";
import { checkOvisSecret } from "./checks/check-auth";
import { checkGivenFiles } from "./checks/check-given-files";
import { checkMungeKey } from "./checks/check-munge-key";
import { checkSalt } from "./checks/check-salt";
import type { ClusterConfig } from "./config/config";
import { planWaiver } from "./config/waiver";
import type { ContainerUnit, PlanContext } from "./containers/container-unit";
import { type PlacedUnit, placeUnit } from "./containers/place-unit";
import { ROLES } from "./containers/roles";
import { type DaemonGroup, listDaemons, planDaemonGroups } from "./daemons/daemon-group";
import { grantsOf } from "./daemons/settle-given";
import { chooseMethod, planFanOuts } from "./fan-out/plan-fan-outs";
import { grafanaPort, planGrafana } from "./grafana/grafana";
import { expandHostlist } from "./hostlist/hostlist";
import { interconnectName } from "./hosts/interconnect";
import { planConnections } from "./hosts/plan-connections";
import { bracketed } from "./hosts/ssh";
import { checkArchives } from "./images/archives";
import { planImages, planMirrors } from "./images/plan-images";
import { howConfigured, setMemoryOf } from "./ldmsd/group-settings";
import { planLdmsds } from "./ldmsd/ldmsds";
import { planExternals } from "./ldmsd/plan-externals";
import { planPulledDaemons, planSets } from "./ldmsd/pulled-daemons";
import { readSetMemoryMib } from "./ldmsd/set-memory";
import { planSubscriptions } from "./ldmsd/streams";
import { planMaestro } from "./maestro/plan-maestro";
import type { PlannedDaemon } from "./model/daemon";
import { type DeploymentPlan, listContainers } from "./model/deployment-plan";
import type { PlannedConnection, PlannedHost } from "./model/host";
import type { PlanFacts } from "./model/plan-facts";
import { planMunge } from "./munge/munge";
import { type OwnFiles, readOwnFiles } from "./own-files/own-files";
import { ConfigError } from "./problems/errors";
import { checkProfile, confine } from "./profile/confine";
import { planStores } from "./stores/planned-stores";
import { planDsosds, storeMounts } from "./stores/storage";
import { groupBy } from "./text/group-by";
import { isAnyAddress, planUi, uiAuthority } from "./ui/ui";

/**
 * Everything that the stack file makes, decided: same config and facts, same plan.
 *
 * @throws ConfigError with every problem that shows only when the parts are put together: component ids, names of daemons, own files
 */
export function planDeployment(config: ClusterConfig, facts: PlanFacts): DeploymentPlan {
  const { groups, problems: groupProblems } = planDaemonGroups(config);
  const own = readOwnFiles(config, groups, facts);
  const stackProblems = [
    ...checkMungeKey(config, facts),
    ...checkOvisSecret(config, facts),
    ...checkProfile(config.profile, groups),
    ...checkArchives(config, facts),
    ...checkGivenFiles(config, facts),
    ...checkSalt(config, facts),
  ];
  const problems = [...groupProblems, ...own.problems, ...stackProblems];
  if (problems.length) throw new ConfigError(`Pulumi.${config.stack}.yaml`, problems);

  const hostNames = expandHostlist(config.hosts);
  const connections = planConnections(config, hostNames);
  const units = planUnits({ stack: config.stack, facts }, config, groups, connections, own.files)
    .map((unit) => confine(config.profile, unit))
    .flatMap((unit) => placeUnit(config.stack, unit));
  const unitsOf = groupBy(units, ({ container }) => container.host);
  const mirrors = planMirrors(config);
  const hosts = hostNames
    .filter((host) => unitsOf.has(host))
    .map((host) => planHost(config, host, { connection: connections.get(host)!, mirror: mirrors.get(host) }, unitsOf.get(host)!));
  const method = chooseMethod(config, hosts.length);
  const [fanOut, ...furtherFanOuts] = method === "fan-out" ? planFanOuts(config, hosts, connections) : [];
  return {
    stack: config.stack,
    method,
    furtherFanOuts,
    ...(fanOut && { fanOut }),
    hosts,
    images: planImages(
      config,
      listContainers({ hosts }).map(({ image }) => image),
      facts.archives,
    ),
    steps: planSteps(config),
    daemons: groups.flatMap((group) => planDaemons(group, groups)),
    pulls: planPulledDaemons(groups, howConfigured(config, own.files.ldmsCfg).kind !== "nothing"),
    ...(groups.some(({ isExternal }) => isExternal) && {
      externals: planExternals(config.stack, groups, setMemoryOf(config, groups)),
    }),
    stores: planStores(groups, own.files.decompositionOf, howConfigured(config, own.files.ldmsCfg).kind !== "nothing"),
    munge: planMunge(config),
    profile: config.profile,
    waivers: config.waivers.map(planWaiver),
    given: grantsOf([...config.samplers, ...config.aggregators]),
    endpoints: planEndpoints(config, connections),
    toleratedDeadHosts: config.tolerate,
  };
}

function planDaemons(group: DaemonGroup, groups: readonly DaemonGroup[]): PlannedDaemon[] {
  const subscriptions = planSubscriptions(group, groups);
  const sets = planSets(group);
  return listDaemons(group).map((daemon) => ({
    ...daemon,
    ...(subscriptions.length > 0 && { subscriptions }),
    ...(sets.length > 0 && { sets }),
  }));
}

/** In the order in which a host starts them. */
function planUnits(
  context: PlanContext,
  config: ClusterConfig,
  groups: readonly DaemonGroup[],
  connections: ReadonlyMap<string, PlannedConnection>,
  own: OwnFiles,
): ContainerUnit[] {
  const fromMaestro = howConfigured(config, own.ldmsCfg);
  const setMemory = setMemoryOf(config, groups);
  const units = [
    ...groups
      .filter(({ isExternal }) => !isExternal)
      .flatMap((group) => [
        ...planLdmsds(context, config, group, {
          groups,
          fromMaestro,
          setMemoryMib: setMemory.get(group)!,
          storeMounts: storeMounts(group),
          decompositionOf: own.decompositionOf,
        }),
        ...planDsosds(context, group, own.dsosdJsonOf.get(group.aggregator?.name ?? "")),
      ]),
    ...planMaestro(context, config, groups, own.ldmsCfg),
    ...(config.ui ? planUi(context, config, groups, connections.get(config.ui.host)!, own) : []),
    ...planGrafana(context, config, groups, own),
  ];
  return limitMemory(units, groups);
}

function limitMemory(units: readonly ContainerUnit[], groups: readonly DaemonGroup[]): ContainerUnit[] {
  const daemons = groups.reduce((sum, { hosts }) => sum + hosts.length, 0);
  return units.map(({ container, ...unit }) => {
    const memoryMib = unit.memoryMib ?? ROLES[container.role].memoryLimitMib({ daemons, setMemoryMib: readSetMemoryMib(container.argv) });
    return { ...unit, container: { ...container, memoryMib } };
  });
}

function planHost(
  config: ClusterConfig,
  name: string,
  { connection, mirror }: { readonly connection: PlannedConnection; readonly mirror: string | undefined },
  placed: readonly PlacedUnit[],
): PlannedHost {
  const units = placed.map(({ unit }) => unit);
  const volumes = units.flatMap(({ container }) => container.mounts.flatMap((mount) => (mount.kind === "volume" ? [mount.volume] : [])));
  return {
    name,
    interconnectName: interconnectName(config, name),
    connection,
    ...(mirror !== undefined && { mirror }),
    containers: placed.map(({ container }) => container),
    ports: units.flatMap(({ ports }) => ports).sort((a, b) => a.port - b.port),
    files: units.flatMap(({ files }) => files).sort((a, b) => (a.path < b.path ? -1 : 1)),
    volumes: [...new Set(volumes)].sort(),
  };
}

/** By the address that the host is dialled at: the one name that is known to work from here. */
function planEndpoints(config: ClusterConfig, connections: ReadonlyMap<string, PlannedConnection>): DeploymentPlan["endpoints"] {
  const { ui, grafana } = config;
  const reachedAs = (host: string) => {
    const connection = connections.get(host);
    return connection?.kind === "ssh" ? connection.address : host;
  };
  return {
    ...(ui && { ui: `http://${uiAuthority(config, reachedAs(ui.host))}` }),
    ...(grafana && {
      grafana: `http://${bracketed(isAnyAddress(grafana.address) ? reachedAs(grafana.host) : grafana.address!)}:${grafanaPort(config)}`,
    }),
  };
}
