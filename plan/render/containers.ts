import { ROLE_NAMES } from "../containers/roles";
import { type PlanImages, renderDockerRun, renderGeneralRun } from "../docker-run/docker-run";
import { HOST_NUMBER_SHELL } from "../hosts/component-id";
import { onHosts, type Reach } from "../hosts/remote-line";
import type { PlannedContainer } from "../model/container";
import { type DeploymentPlan, listContainers } from "../model/deployment-plan";
import { shellDoubleQuote } from "../text/shell";

/** The variables that hold the host's number and name in a line for several hosts. */
const WORDS = { number: "id", host: "host" } as const;

interface Group {
  readonly first: PlannedContainer;
  readonly images: PlanImages;
  readonly hosts: string[];
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
  const groups = new Map<string, Group>();
  for (const container of containers) {
    const { mirror } = hostOf.get(container.host)!;
    const images = { images: all, ...(mirror !== undefined && { mirror }) };
    // The label is a hash of all of the container but its image.
    const key = `${mirror} ${container.image} ${container.labels["ldms.spec"]}`;
    const group = groups.get(key);
    if (group) group.hosts.push(container.host);
    else groups.set(key, { first: container, images, hosts: [container.host] });
  }
  return [...groups.values()];
}

/** On one host the component id stands as it is; on several, where each one's is the number in its name, the host's shell finds it. */
function renderGroup({ first, images, hosts }: Group, reach: Reach): string[] {
  if (hosts.length === 1) return onHosts(reach, hosts, renderDockerRun(first, images).map(shellDoubleQuote).join(" "));
  const { line, isGeneral } = renderGeneralRun(first, images, WORDS, shellDoubleQuote);
  return onHosts(reach, hosts, isGeneral ? `${WORDS.host}=$(uname -n); ${WORDS.number}=${HOST_NUMBER_SHELL}; ${line}` : line);
}
