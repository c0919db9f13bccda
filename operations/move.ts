import { type DeploymentPlan, listContainers } from "../plan/model/deployment-plan";
import { childName } from "../plan/model/resource-names";

export type Method = DeploymentPlan["method"];

/** What a move looks at of a resource in the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
}

/** The component below which a method's resources stand. */
const COMPONENT: Readonly<Record<Method, string>> = { docker: "ldms:index:Host", "fan-out": "ldms:index:FanOut" };

/** The types of an urn from the stack's down to the resource's own: `urn:pulumi:lab::ldms::A$B$C::name` is A, B, C. */
function typesOf({ urn }: StateResource): string[] {
  return (urn.split("::")[2] ?? "").split("$");
}

/** Components, and a host's provider: of a run that only builds images they are in the state, and nothing is on a host. */
const ON_NO_HOST = /^(ldms:|pulumi:providers:)/;

/** Which method made what is in the state; undefined where it holds nothing that is on a host. */
export function findMethod(resources: readonly StateResource[]): Method | undefined {
  const onHosts = resources.map(typesOf).filter((types) => !ON_NO_HOST.test(types.at(-1)!));
  return (["docker", "fan-out"] as const).find((method) => onHosts.some((types) => types.includes(COMPONENT[method])));
}

/**
 * The state without what the old method knows of the hosts: the containers go on, and the new method finds them there.
 *
 * @returns what stays, and the resources that the next run has to take over instead of making them: for `docker` its containers and volumes
 */
export function moveState<R extends StateResource>(
  resources: readonly R[],
  plan: DeploymentPlan,
  to: Method,
): { readonly kept: readonly R[]; readonly adopted: readonly (StateResource & { readonly custom: true })[] } {
  const kept = resources.filter((resource) => !typesOf(resource).some((type) => Object.values(COMPONENT).includes(type)));
  return { kept, adopted: to === "docker" ? adoptedResources(resources, plan) : [] };
}

function adoptedResources(resources: readonly StateResource[], plan: DeploymentPlan) {
  const cluster = resources.find(({ type }) => type === "ldms:index:Cluster");
  if (!cluster) return [];
  const adopted = (type: string, name: string) => {
    const prefix = cluster.urn.slice(0, cluster.urn.lastIndexOf("::"));
    return { urn: `${prefix}$${COMPONENT.docker}$${type}::${name}`, type, custom: true as const };
  };
  return [
    ...listContainers(plan).map(({ host, name }) => adopted("docker:index/container:Container", childName(host, name))),
    ...plan.hosts.flatMap((host) => host.volumes.map((volume) => adopted("docker:index/volume:Volume", childName(host.name, volume)))),
  ];
}
