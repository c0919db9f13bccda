import type { ClusterConfig } from "../config/config";
import { canBeSpared } from "../containers/roles";
import { expandHostlist } from "../hostlist/hostlist";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedBatch, PlannedFanOut } from "../model/fan-out";
import type { PlannedConnection, PlannedHost } from "../model/host";
import { toSeconds } from "../text/duration";
import { groupHosts, type UnnamedGroup } from "./host-groups";

/** Most hosts that one docker provider each is right for: they take 78 MB a host, measured with the stock provider. */
const MAX_DOCKER_HOSTS = 32;

/** By the size of the stack where its file does not say. */
export function chooseMethod({ method }: Pick<ClusterConfig, "method">, hostCount: number): DeploymentPlan["method"] {
  return method ?? (hostCount > MAX_DOCKER_HOSTS ? "fan-out" : "docker");
}

/** From which heads the hosts are worked on; the first is `fanOut.head` with those that no other one has. */
export function planFanOuts(
  config: Pick<ClusterConfig, "fanOut">,
  hosts: readonly PlannedHost[],
  connections: ReadonlyMap<string, PlannedConnection>,
): PlannedFanOut[] {
  const { head, heads } = config.fanOut;
  const headOf = new Map(heads.flatMap((one) => expandHostlist(one.hosts).map((host) => [host, one.host])));
  const first = {
    name: "fan-out",
    claim: "",
    head: head === undefined ? THIS_MACHINE : planHead(head, connections),
  };
  const further = heads.map(({ host }) => ({
    name: `fan-out.${host}`,
    claim: host,
    head: planHead(host, connections),
  }));
  const fanOuts = [first, ...further].map((one) => {
    const isOwn = ({ name }: PlannedHost) => (headOf.get(name) ?? "") === one.claim;
    const elsewhere = hosts.filter((host) => !isOwn(host)).map(({ name }) => name);
    return { ...one, elsewhere, ...planFanOut(config, one.head, hosts.filter(isOwn)) };
  });
  return fanOuts.filter(({ groups }) => groups.length > 0);
}

/** Those of a plan, the first one first; none for the method `docker`. */
export function listFanOuts({ fanOut, furtherFanOuts }: Pick<DeploymentPlan, "fanOut" | "furtherFanOuts">): PlannedFanOut[] {
  return fanOut ? [fanOut, ...furtherFanOuts] : [];
}

/** Which hosts are worked on together, and in which order. Hosts of one group differ in nothing but the number in their name. */
function planFanOut(
  { fanOut: settings }: Pick<ClusterConfig, "fanOut">,
  head: PlannedFanOut["head"],
  hosts: readonly PlannedHost[],
): Pick<PlannedFanOut, "window" | "hostTimeoutSeconds" | "pulls" | "keep" | "groups"> {
  return {
    window: settings.window,
    hostTimeoutSeconds: toSeconds(settings.hostTimeout),
    pulls: {
      limit: Math.min(settings.pulls.limit ?? settings.window, settings.window),
      jitterSeconds: settings.pulls.jitter === undefined ? 0 : toSeconds(settings.pulls.jitter),
    },
    keep: settings.keep,
    groups: groupHosts(hosts, (host) => dialFrom(head, host, settings)).map(([name, group]) => ({
      ...group,
      name,
      batches: planBatches(name, group, settings),
    })),
  };
}

/** What runs on a head needs no root: its files are in the login's home, and its ssh has the login's keys. */
function planHead(name: string, connections: ReadonlyMap<string, PlannedConnection>): PlannedFanOut["head"] {
  const connection = connections.get(name)!;
  if (connection.kind === "local") return { name, connection };
  const { become: _, ...login } = connection;
  return { name, connection: login };
}

const THIS_MACHINE: PlannedFanOut["head"] = { name: "this machine", connection: { kind: "local" } };

/**
 * How the head reaches a host. From this machine as everything else does; a head node has names and keys of its own, so there only user, port and
 * time-out hold, and a host that is this machine is one like the others.
 */
function dialFrom(head: PlannedFanOut["head"], { name, connection }: PlannedHost, settings: ClusterConfig["fanOut"]): PlannedConnection {
  if (head.connection.kind === "local") return connection;
  const { user, port, become, connectTimeoutSeconds, kexAlgorithms } = connection.kind === "ssh" ? connection : head.connection;
  return {
    kind: "ssh",
    address: name,
    user,
    port,
    ...(become !== undefined && { become }),
    connectTimeoutSeconds,
    ...(kexAlgorithms !== undefined && { kexAlgorithms }),
    ...(settings.key !== undefined && { keyFile: settings.key }),
    ...(settings.knownHosts !== undefined && { knownHostsFile: settings.knownHosts }),
  };
}

/** Ansible's meaning of `serial`: sizes one after the other, the last one repeated; a share is rounded down and at least 1. */
function planBatches(name: string, { hosts, containers }: UnnamedGroup, settings: ClusterConfig["fanOut"]): PlannedBatch[] {
  const isExpendable = canBeSpared(containers);
  const batches: PlannedBatch[] = [];
  for (let from = 0; from < hosts.length; ) {
    const size = Math.max(1, share(settings.serial[Math.min(batches.length, settings.serial.length - 1)]!, hosts.length));
    const members = hosts.slice(from, from + size);
    const isCanary = batches.length === 0 && members.length < hosts.length;
    batches.push({
      name: `${name}-${batches.length + 1}`,
      hosts: members,
      // A batch that fails as a whole holds for nobody.
      maxFailures: isExpendable ? Math.min(share(settings.maxFail, members.length), members.length - 1) : 0,
      healthySeconds: isCanary ? toSeconds(settings.canary) : 0,
    });
    from += size;
  }
  return batches;
}

/** `5%` of 50 is 2; a number is itself. */
function share(amount: number | string, whole: number): number {
  return typeof amount === "number" ? amount : Math.floor((Number.parseFloat(amount) * whole) / 100);
}

/** The longest that one batch can take, every host at its time-out. */
export function batchSeconds({ window, pulls, hostTimeoutSeconds }: PlannedFanOut, hostCount: number): number {
  const waves = Math.ceil(hostCount / window) + (pulls.limit < window ? Math.ceil(hostCount / pulls.limit) : 0);
  return waves * (hostTimeoutSeconds + HOST_SPARE_SECONDS) + BATCH_SPARE_SECONDS;
}

/** Between a time-out and the end of what ran out of time. */
const HOST_SPARE_SECONDS = 10;
/** Waiting for an earlier run's end on the head node, and its own work. */
const BATCH_SPARE_SECONDS = 900;
