import type { MountFacts } from "../container-properties/mounts";
import {
  HOST_FOLDER,
  MUNGE_FOLDER,
  MUNGE_KEY_FILE,
  MUNGE_KEY_IN_CONTAINER,
  OVIS_SECRET_FILE,
  OVIS_SECRET_IN_CONTAINER,
  UI_KEY_FILE,
  UI_KEY_IN_CONTAINER,
} from "../model/places";
import { PROFILE_NEEDS } from "../profile/profile";
import { FolderSet, isSamePath, resolvePath } from "../text/host-path";
import type { ContainerFacts } from "./facts";
import type { RuleParameters } from "./parameters";
import { isLdmsd } from "./role-of-container";

/**
 * Sockets of container engines and of other services that do for whoever asks what root may, and the folders that they have their sockets in;
 * `/run/user` is of the engines of users.
 */
const SERVICES_OF_ROOT = new FolderSet([
  ...["/run/docker.sock", "/run/docker", "/run/containerd", "/run/cri-dockerd.sock", "/run/crio", "/run/podman"],
  ...["/run/buildkit", "/run/incus", "/run/k3s", "/run/lxd.socket", "/run/user"],
  ...["/run/dbus", "/run/libvirt", "/run/snapd.socket", "/run/systemd"],
]);
/** What the host's programs, users and secrets are in; the names before and after the merge of `/usr`. */
const SYSTEM = new FolderSet([
  ...["/bin", "/boot", "/dev", "/efi", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/sbin", "/snap", "/sys", "/usr"],
  ...["/home", "/root", "/ostree", "/sysroot", "/var/home", "/var/roothome"],
  ...["/var/lib/cloud", "/var/lib/containerd", "/var/lib/containers", "/var/lib/docker", "/var/lib/kubelet", "/var/lib/rancher"],
  ...["/var/lib/incus", "/var/lib/lxd", "/var/snap/lxd"],
  ...["/var/lib/apt", "/var/lib/dbus", "/var/lib/dpkg", "/var/lib/munge", "/var/lib/rpm", "/var/lib/sss", "/var/lib/systemd"],
  ...["/var/backups", "/var/spool/anacron", "/var/spool/at", "/var/spool/cron"],
]);
/** Of these, where a site may have its munge key. */
const KEY_FOLDERS = new FolderSet(["/etc", "/home", "/root", "/usr"]);
/** What the deployment itself writes on a host, as `/var/lib/ldms/STACK/CONTAINER/FILE`. */
const OWN_FOLDER = new FolderSet([HOST_FOLDER]);
const OWN_FILE = new RegExp(`^${HOST_FOLDER}/([^/]+)/([^/]+)/([^/]+)$`);
/** Its secrets by the file's name, and where alone a container has one. */
const OWN_SECRETS: ReadonlyMap<string, string> = new Map([
  [MUNGE_KEY_FILE, MUNGE_KEY_IN_CONTAINER],
  [OVIS_SECRET_FILE, OVIS_SECRET_IN_CONTAINER],
  [UI_KEY_FILE, UI_KEY_IN_CONTAINER],
]);
/** Sockets of munged are in memory: the hosts' usual folder, or another one, in which alone a container looks for it. */
const MUNGE_SOCKET = new FolderSet([MUNGE_FOLDER]);
const RUN = new FolderSet(["/run"]);
/** Counters that the kernel shows root alone; an ldmsd may read them. */
const COUNTERS = PROFILE_NEEDS.flatMap(({ binds = [] }) => binds);
const COUNTER_FOLDERS = new FolderSet(COUNTERS);
const SHARED_MEMORY = new FolderSet(["/dev/shm"]);
/** Gone with the next start of the host. */
const MEMORY = new FolderSet(["/dev/shm", "/run", "/tmp"]);

/** Docker takes a source for a volume's name where it is one, or none. */
const VOLUME_NAME = /^([a-zA-Z0-9][a-zA-Z0-9_.-]*)?$/;

/** What a mount is to its host; a rule is about one or two of them, and `plain` is what no kind of its own is known for. */
type MountKind = "volume" | "socket of root" | "sensitive" | "munge socket" | "munge key" | "plain";

/** What was told already: ten thousand hosts have the same few mounts, and a dozen rules ask. */
const KNOWN_KINDS = new Map<string, MountKind>();
const MAX_KNOWN = 1000;

function kindOf(mount: MountFacts): MountKind {
  const { source, target, readOnly } = mount;
  const key = `${source.length} ${source}${target} ${readOnly}`;
  const known = KNOWN_KINDS.get(key);
  if (known) return known;
  if (KNOWN_KINDS.size === MAX_KNOWN) KNOWN_KINDS.clear();
  const kind = findKind(mount);
  KNOWN_KINDS.set(key, kind);
  return kind;
}

function findKind(mount: MountFacts): MountKind {
  if (VOLUME_NAME.test(mount.source)) return "volume";
  const path = resolvePath(mount.source);
  // The whole host is a matter of its system.
  if (path !== "/" && SERVICES_OF_ROOT.isReachedBy(path)) return "socket of root";
  if (hasSystem(path, mount) || hasOwnOfOthers(path, mount)) return "sensitive";
  if (MUNGE_SOCKET.holds(path) || (RUN.holds(path) && isSamePath(mount.target, MUNGE_FOLDER))) return "munge socket";
  return isKey(mount) ? "munge key" : "plain";
}

export function isKey({ target }: MountFacts): boolean {
  return isSamePath(target, MUNGE_KEY_IN_CONTAINER);
}

export function isOvisSecret({ target }: MountFacts): boolean {
  return isSamePath(target, OVIS_SECRET_IN_CONTAINER);
}

/** A key that is already on the host may lie among the system's files. */
function hasSystem(path: string, mount: MountFacts): boolean {
  if (!SYSTEM.isReachedBy(path) || SHARED_MEMORY.holds(path)) return false;
  if (mount.readOnly && COUNTER_FOLDERS.holds(path)) return false;
  return !(isKey(mount) && path.endsWith(".key") && KEY_FOLDERS.holds(path));
}

/** Single files, read-only and each in its place; what is more than one is the folder of somebody's key. */
function hasOwnOfOthers(path: string, { target, readOnly }: MountFacts): boolean {
  if (!OWN_FOLDER.isReachedBy(path)) return false;
  const file = OWN_FILE.exec(path)?.[3];
  if (file === undefined) return true;
  const place = OWN_SECRETS.get(file);
  return place === undefined ? !readOnly : !isSamePath(target, place) || (file === OVIS_SECRET_FILE && !readOnly);
}

export function mountsOf({ mounts }: ContainerFacts, kind: MountKind): MountFacts[] {
  return mounts.filter((mount) => kindOf(mount) === kind);
}

/** Of the host's system, and of what the deployment wrote for another container or another stack. */
export function sensitiveMounts(facts: ContainerFacts): MountFacts[] {
  const own = `${HOST_FOLDER}/${facts.labels["ldms.stack"]}/${facts.name}/`;
  const isOfOthers = ({ source }: MountFacts) => {
    // Most are its own files in their one spelling, and there are tens of thousands.
    if (source.startsWith(own) && source.indexOf("/", own.length) < 0) return false;
    const [, stack, container] = OWN_FILE.exec(resolvePath(source)) ?? [];
    if (container === undefined) return false;
    return container !== facts.name || stack !== (facts.labels["ldms.stack"] ?? stack);
  };
  return facts.mounts.filter((mount) => kindOf(mount) === "sensitive" || isOfOthers(mount));
}

export function unlistedBinds(facts: ContainerFacts, { binds }: RuleParameters): MountFacts[] {
  const strange = mountsOf(facts, "plain").filter(({ source, readOnly }) => readOnly && !OWN_FOLDER.holds(source));
  if (strange.length === 0) return [];
  const listed = new FolderSet(isLdmsd(facts) ? [...binds, ...COUNTERS] : binds);
  return strange.filter(({ source }) => !listed.holds(source));
}

export function writableBinds(facts: ContainerFacts): MountFacts[] {
  return mountsOf(facts, "plain").filter(({ readOnly }) => !readOnly);
}

export function storesInMemory(facts: ContainerFacts): MountFacts[] {
  const binds = writableBinds(facts);
  if (binds.length === 0) return [];
  const tmpfs = new FolderSet(facts.tmpfs);
  return binds.filter(({ source, target }) => MEMORY.holds(source) || tmpfs.holds(target));
}
