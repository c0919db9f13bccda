import { type DeploymentPlan, findHost } from "./deployment-plan";

/** Logical name of a child of a host's component: `cygnus-01-samp`. Keys are identities (container, image, volume), never positions. */
export function childName(host: string, key: string): string {
  return `${host}-${key}`;
}

/** Behind a host's name, or a group's: what it has got, in words. */
export const DEPLOYED_KEY = "deployed";

/** Every resource that lives on a host, by logical name: what a run leaves out when the host is dead. */
export function resourceNamesOfHost(plan: DeploymentPlan, hostName: string): string[] {
  const host = findHost(plan, hostName);
  if (!host) return [];
  const { containers } = host;
  const keys = [
    ...(host.files.length ? ["files"] : []),
    ...host.volumes,
    ...new Set(containers.map((container) => container.image)),
    ...containers.map((container) => container.name),
    DEPLOYED_KEY,
  ];
  return [hostName, ...keys.map((key) => childName(hostName, key))];
}
