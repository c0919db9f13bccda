import type { StoreConfig } from "../config/config";
import { type ContainerUnit, createContainer, mountFile, type PlanContext } from "../containers/container-unit";
import { checkDsosd } from "../containers/health-checks";
import { ownOr } from "../containers/own-or";
import type { DaemonGroup } from "../daemons/daemon-group";
import { groupImage } from "../images/group-image";
import type { PlannedMount } from "../model/container";
import { liesIn } from "../text/host-path";
import { isServedByDsosd } from "./kinds";

/** Its own name on a host: one instance a node, as it registers with the node's portmapper. @see sos, rpc/dsosd.rst */
export const DSOSD_CONTAINER = "dsosd";

/** The binds of a group's stores, each once: two stores may share a folder. What dsosd serves beside them lies at one path inside and outside. */
export function storeMounts(group: DaemonGroup): PlannedMount[] {
  const hostPathOf = new Map((group.aggregator?.stores ?? []).filter(hasFolder).map(({ path, hostPath }) => [path, hostPath]));
  for (const path of Object.values(extraContainers(group))) {
    if (![...hostPathOf.keys()].some((folder) => liesIn(folder, path))) hostPathOf.set(path, path);
  }
  return [...hostPathOf].map(([containerPath, hostPath]) => ({ kind: "bind", hostPath, containerPath, readOnly: false }));
}

/** Whether what these groups' containers write there stays on their hosts. */
export function isInStoreFolder(groups: readonly DaemonGroup[], path: string): boolean {
  const folders = groups.flatMap(storeMounts).map(({ containerPath }) => containerPath);
  return folders.some((folder) => liesIn(folder, path));
}

function extraContainers({ aggregator }: DaemonGroup): Readonly<Record<string, string>> {
  return typeof aggregator?.dsosd === "object" ? aggregator.dsosd.containers : {};
}

/** SOS containers that a group's dsosd serves, by name: `{ meminfo: "/store/meminfo" }`. */
export function servedContainers(group: DaemonGroup): Readonly<Record<string, string>> {
  const stores = (group.aggregator?.stores ?? []).filter(hasFolder).filter(isServedByDsosd);
  return {
    ...Object.fromEntries(stores.map((store) => [store.container ?? "", storeFolder(store)])),
    ...extraContainers(group),
  };
}

/** Hosts whose SOS containers the UI may ask for; the content of dsosd.conf. */
export function dsosdHosts(groups: readonly DaemonGroup[]): string[] {
  return groups.filter(hasDsosd).flatMap((group) => group.hosts);
}

export function renderDsosdConf(hosts: readonly string[]): string {
  return hosts.map((host) => `${host}\n`).join("");
}

export function hasDsosd({ aggregator }: DaemonGroup): boolean {
  return aggregator !== undefined && aggregator.dsosd !== false;
}

/** The directory of every server in the stack, which is the same file on each of them. Shape: `{"cygnus-07": {"meminfo": "/store/meminfo"}}`. */
export function renderDsosdJson(group: DaemonGroup): string {
  const containers = servedContainers(group);
  return `${JSON.stringify(Object.fromEntries(group.hosts.map((host) => [host, containers])), undefined, 2)}\n`;
}

/** What the container of dsosd runs: rpcbind where the host has none, then dsosd. @see images/ldms-agg/ldms-dsosd */
const DSOSD_COMMAND = {
  entrypoint: ["/bin/sh"],
  argv: [
    "-c",
    ownOr(
      "/usr/local/sbin/ldms-dsosd",
      // Upstream's documents wait a second for the portmapper, too.
      "timeout 3 rpcinfo -p 127.0.0.1 >/dev/null 2>&1 || { rpcbind && sleep 1; }; exec dsosd",
    ),
  ],
} as const;

/**
 * dsosd as a container of its own, so that it comes back after a restart; upstream starts it by hand inside the aggregator.
 * It needs no munge: its clients are told apart by nothing.
 *
 * @param ownJson the site's own dsosd.json, already checked
 */
export function planDsosds(context: PlanContext, group: DaemonGroup, ownJson?: string): ContainerUnit[] {
  if (!hasDsosd(group)) return [];
  const { image } = group.given;
  const directory = mountFile(context, {
    container: DSOSD_CONTAINER,
    name: "dsosd.json",
    containerPath: "/etc/dsosd.json",
    content: { kind: "text", text: ownJson ?? renderDsosdJson(group) },
  });
  const unit = {
    container: createContainer({
      name: DSOSD_CONTAINER,
      role: "dsosd",
      ...(image !== undefined && { image: groupImage("ldms-agg", image) }),
      ...DSOSD_COMMAND,
      mounts: [directory.mount, ...storeMounts(group)],
      healthCheck: checkDsosd(),
      startsAfter: group.container,
    }),
    // The id by default is what gethostname() says, which may have a domain that the stack's names have not.
    places: group.hosts.map((host) => ({ host, env: { DSOSD_DIRECTORY: "/etc/dsosd.json", DSOSD_SERVER_ID: host } })),
    files: [directory.file],
    // The portmapper's port 111 is the host's own where it runs one, so it is not ours to ask for.
    ports: [],
  };
  return [unit];
}

/** One that keeps its rows in files. */
export interface FolderStore extends StoreConfig {
  readonly path: string;
  readonly hostPath: string;
}

export function hasFolder(store: StoreConfig): store is FolderStore {
  return store.path !== undefined;
}

/** Of a store's container, inside the aggregator: `/store/meminfo`. */
export function storeFolder({ path, container }: FolderStore): string {
  return container === undefined ? path : `${path}/${container}`;
}
