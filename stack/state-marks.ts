import { createHash } from "node:crypto";
import type { DeploymentJson, ResourceJson } from "./deployment-json";
import { openStack, type StackLocation } from "./open-stack";

/**
 * What tells two states apart, by URN: without times, and without the ciphertext of secrets, which is another one each time that it is written. (A
 * secret that changes is a step, and stands in the stack file.)
 */
export async function markState(location: StackLocation): Promise<Readonly<Record<string, string>>> {
  const { backend } = await openStack(location);
  const deployment = await backend.read();
  return deployment === undefined ? {} : markDeployment(deployment);
}

export function markDeployment({
  manifest,
  resources = [],
  pending_operations: operations = [],
}: DeploymentJson): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...(resources.length > 0 ? [["written by", manifest.version] as const] : []),
    ...resources.map((resource) => [resource.delete ? `${resource.urn} (to be deleted)` : resource.urn, markResource(resource)] as const),
    ...operations.map(({ type, resource }) => [`${resource.urn} (${type})`, markResource(resource)] as const),
  ]);
}

function markResource({ created, modified, ...resource }: ResourceJson): string {
  const text = JSON.stringify(resource, (key, value: unknown) => (key === "ciphertext" ? "" : sorted(value)));
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The two engines, and one of them after a change, write keys in orders of their own. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
