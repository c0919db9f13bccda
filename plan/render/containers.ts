import { ROLE_NAMES } from "../containers/roles";
import { generalSpec, readOwnId } from "../containers/spec-hash";
import { type PlanImages, renderDockerRun, renderGeneralRun } from "../docker-run/docker-run";
import { HOST_NUMBER_SHELL } from "../hosts/component-id";
import { onCountedHosts, onHosts, type Reach } from "../hosts/remote-line";
import type { PlannedContainer } from "../model/container";
import { type DeploymentPlan, listContainers } from "../model/deployment-plan";
import { shellDoubleQuote } from "../text/shell";

/** The variables that hold the host's number and name in a line for several hosts. */
const WORDS = { number: "id", host: "host" } as const;

interface Group {
  readonly first: PlannedContainer;
  readonly images: PlanImages;
  readonly hosts: string[];
  /** Of the first host, where the ids are not the numbers in the names; they follow each other. */
  readonly firstId?: number;
}

/** The `docker run` lines of a plan, one for all hosts on which it is the same. */
export function renderContainers(plan: DeploymentPlan, reach: Reach): string[] {
  const all = listContainers(plan);
  const sections = ROLE_NAMES.map((role) => ({ role, containers: all.filter((container) => container.role === role) }));
  return sections
    .filter(({ containers }) => containers.length)
    .flatMap(({ role, containers }) => [`# ${role}`, ...groupAlike(containers, plan, reach).flatMap((group) => renderGroup(group, reach))]);
}

function groupAlike(containers: readonly PlannedContainer[], { images: all }: DeploymentPlan, { hostOf }: Reach): Group[] {
  const groups = new Map<string, Group[]>();
  for (const container of containers) {
    const { mirror } = hostOf.get(container.host)!;
    const images = { images: all, ...(mirror !== undefined && { mirror }) };
    const id = readOwnId(container);
    // The label is a hash of all of the container but its image, and the host's own id.
    const key = `${mirror} ${container.image} ${generalSpec(container)} ${id === undefined}`;
    const group = groups.get(key)?.at(-1);
    if (group && (id === undefined || Number(id) === group.firstId! + group.hosts.length)) group.hosts.push(container.host);
    else {
      const begun = { first: container, images, hosts: [container.host], ...(id !== undefined && { firstId: Number(id) }) };
      groups.set(key, [...(groups.get(key) ?? []), begun]);
    }
  }
  return [...groups.values()].flat();
}

/** On one host the component id stands as it is; on several the host's shell finds it in the name, or each is told its place in a row of ids. */
function renderGroup({ first, images, hosts, firstId }: Group, reach: Reach): string[] {
  if (hosts.length === 1) return onHosts(reach, hosts, renderDockerRun(first, images).map(shellDoubleQuote).join(" "));
  const ownId = firstId === undefined ? "" : `-$${WORDS.number}`;
  const { line, isGeneral } = renderGeneralRun(first, images, { ...WORDS, ownId }, shellDoubleQuote);
  if (!isGeneral) return onHosts(reach, hosts, line);
  const named = (id: string) => `${WORDS.host}=$(uname -n); ${WORDS.number}=${id}; ${line}`;
  return firstId === undefined ? onHosts(reach, hosts, named(HOST_NUMBER_SHELL)) : onCountedHosts(reach, hosts, firstId, named);
}
