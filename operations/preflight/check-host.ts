import { findMungeSocket } from "../../plan/auth/munge-socket";
import { isOwnContainer, STACK_LABEL } from "../../plan/containers/ownership";
import { LEAST_FREE_PERCENT } from "../../plan/health/verdict-awk";
import { foldHosts } from "../../plan/hostlist/fold";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { stackFolder } from "../../plan/model/places";
import { MIN_KEY_BYTES } from "../../plan/munge/key-form";
import { MUNGE_ID } from "../../plan/munge/munge";
import { STORE_KINDS } from "../../plan/stores/kinds";
import { liesIn } from "../../plan/text/host-path";
import { listDialled } from "./dialled-names";
import { listPulls } from "./list-pulls";
import type { FoundContainer, FoundFolder, FoundKey, ProbeFacts } from "./probe-output";
import type { ProbeNeeds } from "./probe-script";

export interface PreflightProblem {
  readonly subject:
    | "ssh"
    | "login"
    | "probe"
    | "engine"
    | "image"
    | "registry"
    | "container"
    | "port"
    | "folder"
    | "architecture"
    | "munge"
    | "key"
    | "name";
  /** Free of the host's name, so that hosts with the same problem fold. */
  readonly message: string;
  readonly help?: string;
}

/** What munged takes, and images' entrypoints check. */
const KEY_MODES = ["600", "400"];
const UPSTREAM = /^(docker\.io\/)?ovishpc\//;
const DOCKER_ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", ppc64le: "ppc64le" };

/** What to ask a host, from what its containers use. */
export function probeNeeds(plan: DeploymentPlan, host: PlannedHost, nonce: string): ProbeNeeds {
  const binds = host.containers.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.kind === "bind" ? [mount] : [])));
  const keyPath = plan.munge.hostPath;
  const mungeSocket = findMungeSocket(host.containers);
  const ownFolder = stackFolder(plan.stack);
  const folders = binds.filter(({ hostPath, readOnly }) => !readOnly && !liesIn(ownFolder, hostPath)).map(({ hostPath }) => hostPath);
  const { connection } = host;
  const isBySudo = connection.kind === "ssh" && connection.become !== undefined;
  return {
    stack: plan.stack,
    ...(isBySudo && plan.method === "docker" && { engineLogin: connection.user }),
    ports: [...new Set(host.ports.map(({ port }) => port))],
    folders: [...new Set([...folders, ...(host.files.length > 0 ? [ownFolder] : [])])].sort(),
    images: listPulls(plan, host).map(({ reference }) => reference),
    names: listDialled(plan, host.name).map(({ name }) => name),
    ...(mungeSocket !== undefined && { mungeSocket }),
    ...(keyPath !== undefined && binds.some(({ hostPath }) => hostPath === keyPath) && { keyPath }),
    nonce,
  };
}

/** Everything in the way of a deployment on one host that this host alone can tell. @param dead hosts whose names may be gone with them */
export function checkHost(
  plan: DeploymentPlan,
  host: PlannedHost,
  facts: ProbeFacts,
  dead: ReadonlySet<string> = NONE,
): PreflightProblem[] {
  return [
    ...checkLogin(host, facts),
    ...checkEngine(host, facts),
    ...checkPodman(plan, facts),
    ...checkEngineDisk(facts),
    ...checkArchitecture(plan, host, facts),
    ...checkContainers(plan, host, facts),
    ...checkPorts(plan, host, facts),
    ...checkFolders(plan, facts),
    ...(facts.mungeError === undefined ? [] : [mungeProblem(facts.mungeError)]),
    ...checkKey(plan, host, facts),
    ...checkNames(plan, host, facts, dead),
  ];
}

const NONE: ReadonlySet<string> = new Set();

/** Files of containers belong to root, to munge and to others, which only root can give them to. */
function checkLogin({ connection, files }: PlannedHost, { uid }: ProbeFacts): PreflightProblem[] {
  if (uid === 0 || files.length === 0) return [];
  const [login, help] =
    connection.kind === "local"
      ? ["this program's user", "`sudo ldms …`"]
      : [`user \`${connection.user}\``, "`become: sudo` in `ldms:ssh`, or log in as root"];
  return [{ subject: "login", message: `${login} is not root, and cannot give the files of containers to their owners`, help }];
}

const NO_ACCESS = /permission denied/i;

function checkEngine({ connection }: PlannedHost, { engineError, loginEngineError }: ProbeFacts): PreflightProblem[] {
  const user = connection.kind === "ssh" ? connection.user : "";
  if (user !== "" && NO_ACCESS.test(loginEngineError ?? engineError ?? "")) {
    const help = `there: \`usermod --append --groups docker ${user}\`; the method \`fan-out\` with \`become: sudo\` needs no group`;
    return [{ subject: "engine", message: `user \`${user}\` is not in the group \`docker\`, and may not use its Docker engine`, help }];
  }
  if (loginEngineError !== undefined)
    return [{ subject: "engine", message: `its Docker engine does not answer \`${user}\`: ${loginEngineError}` }];
  if (engineError === undefined) return [];
  const help = "`systemctl start docker` there; the ssh user is root or in the group `docker`";
  return [{ subject: "engine", message: `its Docker engine does not answer: ${engineError}`, help }];
}

/** Its service answers to Docker's API in part only; its command is what a batch needs. */
function checkPodman({ method }: DeploymentPlan, { isPodman, engineVersion }: ProbeFacts): PreflightProblem[] {
  if (!isPodman || method === "fan-out") return [];
  const help = "`ldms:method: fan-out`, or Docker's engine there";
  return [
    { subject: "engine", message: `its \`docker\` is podman's, ${engineVersion}: the method \`docker\` needs Docker's engine`, help },
  ];
}

/** What is pulled or made there would fail in the middle; what runs loses its logs. */
function checkEngineDisk({ engineDisk }: ProbeFacts): PreflightProblem[] {
  if (!engineDisk || engineDisk.freePercent >= LEAST_FREE_PERCENT) return [];
  const { path, freePercent } = engineDisk;
  const help = "no image can be pulled there and no container made: `docker system df` there says what takes the room";
  return [{ subject: "engine", message: `Docker's folder \`${path}\`: ${freePercent} % of its disk are free`, help }];
}

function checkArchitecture(plan: DeploymentPlan, host: PlannedHost, { architecture }: ProbeFacts): PreflightProblem[] {
  const own = `linux/${DOCKER_ARCHITECTURES[architecture] ?? architecture}`;
  const used = new Set(host.containers.map(({ image }) => image));
  return plan.images.flatMap(({ name, build }): PreflightProblem[] => {
    if (!build || !used.has(name) || build.platform.split("/").slice(0, 2).join("/") === own) return [];
    return [{ subject: "architecture", message: `image \`${name}\` is built for \`${build.platform}\`, this host is \`${own}\`` }];
  });
}

function isOurs(plan: DeploymentPlan, { ownedIds = [] }: ProbeFacts, { id, stack }: FoundContainer): boolean {
  return isOwnContainer(plan.stack, { id, labels: { [STACK_LABEL]: stack || undefined } }, ownedIds);
}

function checkContainers(plan: DeploymentPlan, host: PlannedHost, facts: ProbeFacts): PreflightProblem[] {
  return host.containers.flatMap(({ name }): PreflightProblem[] => {
    const found = facts.containers.find((container) => container.name === name);
    if (!found || isOurs(plan, facts, found)) return [];
    const owner = found.stack === "" ? "is not of this program" : `belongs to stack \`${found.stack}\``;
    return [
      {
        subject: "container",
        message: `container \`${name}\` exists and ${owner}`,
        help: `there: \`docker rm --force ${name}\`, or another name in the stack file`,
      },
    ];
  });
}

function checkPorts(plan: DeploymentPlan, host: PlannedHost, facts: ProbeFacts): PreflightProblem[] {
  const { listeners, engineError } = facts;
  const ours = facts.containers.filter((container) => isOurs(plan, facts, container));
  const knowsContainers = engineError === undefined;
  return host.ports.flatMap(({ port, container, purpose }): PreflightProblem[] => {
    const foreign = listeners.find((listener) => {
      if (listener.port !== port) return false;
      // An engine that does not answer does not say whose container it is; who stands outside of every one is none of ours.
      if (!knowsContainers) return listener.pid !== undefined && listener.containerIds.length === 0;
      // Without the right to see whose socket it is, our own running container is the likely holder.
      if (listener.pid === undefined) return !ours.some(({ name, state }) => name === container && state === "running");
      return !ours.some(({ id }) => listener.containerIds.includes(id));
    });
    if (!foreign) return [];
    const holder = foreign.pid === undefined ? "a process that the ssh user cannot see" : `\`${foreign.program}\`, process ${foreign.pid}`;
    return [{ subject: "port", message: `port ${port} (${purpose} of \`${container}\`) is held by ${holder}` }];
  });
}

function checkFolders(plan: DeploymentPlan, { folders }: ProbeFacts): PreflightProblem[] {
  return folders.flatMap((folder): PreflightProblem[] => {
    const { path, state, nearest, why = "it cannot be written" } = folder;
    switch (state) {
      case "ok":
        return path === stackFolder(plan.stack) ? [] : checkDisk(folder);
      case "unwritable":
        return [{ subject: "folder", message: `folder \`${path}\` cannot be written by the ssh user: \`${nearest}\`: ${why}` }];
      case "not-a-folder":
        return [{ subject: "folder", message: `folder \`${path}\` cannot be made: \`${nearest}\` is a file` }];
      default:
        return state satisfies never;
    }
  });
}

function checkDisk({ path, freePercent }: FoundFolder): PreflightProblem[] {
  if (freePercent === undefined || freePercent >= LEAST_FREE_PERCENT) return [];
  const ends = STORE_KINDS.flatMap(({ plugin, whenFull }) => (whenFull === undefined ? [] : `${whenFull} (${plugin})`)).join(" or ");
  const help = `a full disk ${ends}: free some of it, or another \`hostPath\``;
  return [{ subject: "folder", message: `folder \`${path}\`: ${freePercent} % of its disk are free`, help }];
}

function mungeProblem(reason: string): PreflightProblem {
  return {
    subject: "munge",
    message: `its munge makes no credential: ${reason}`,
    help: "`systemctl start munge` there, or `ldms:munge: { mode: key }`",
  };
}

function checkKey(plan: DeploymentPlan, host: PlannedHost, { key, keyError }: ProbeFacts): PreflightProblem[] {
  const path = plan.munge.hostPath;
  const used = new Set(host.containers.map(({ image }) => image));
  const isOfUpstream = plan.images.some(({ name, reference }) => used.has(name) && UPSTREAM.test(reference));
  if (keyError !== undefined) return [{ subject: "key", message: `munge key \`${path}\` is ${keyError}` }];
  return key ? keyFaults(key, isOfUpstream).map((fault) => ({ subject: "key", message: `munge key \`${path}\` ${fault}` })) : [];
}

/** Our images' entrypoint hands their munged a copy of the host's own key; upstream's do not. */
function keyFaults(key: FoundKey, isOfUpstream: boolean): string[] {
  const isOwned = !isOfUpstream || (key.uid === MUNGE_ID && key.gid === MUNGE_ID);
  return [
    ...(KEY_MODES.includes(key.mode) ? [] : [`has mode 0${key.mode}, not 0600`]),
    ...(isOwned ? [] : [`is owned by ${key.uid}:${key.gid}, and munged of upstream's images takes it from ${MUNGE_ID}:${MUNGE_ID} only`]),
    ...(key.lengthBytes >= MIN_KEY_BYTES ? [] : [`is too short: ${key.lengthBytes} bytes, at least ${MIN_KEY_BYTES}`]),
    ...(key.isUniform ? ["consists of one byte repeated"] : []),
  ];
}

function checkNames(
  plan: DeploymentPlan,
  { name: host }: PlannedHost,
  { missingNames, namesError }: ProbeFacts,
  dead: ReadonlySet<string>,
): PreflightProblem[] {
  const help = "give them to the hosts' /etc/hosts or DNS, or correct `ldms:interconnect`";
  if (namesError !== undefined)
    return [{ subject: "name", message: `the names that its aggregator dials do not resolve: ${namesError}`, help }];
  if (missingNames.length === 0) return [];
  const ownerOf = new Map(listDialled(plan, host).map((one) => [one.name, one.host]));
  const missing = missingNames.filter((name) => !dead.has(ownerOf.get(name) ?? ""));
  if (missing.length === 0) return [];
  return [{ subject: "name", message: `names that its aggregator dials do not resolve: \`${foldHosts(missing)}\``, help }];
}
