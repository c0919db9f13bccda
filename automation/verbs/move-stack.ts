import { findMethod, type Method, moveState } from "../../operations/move";
import type { StackLocation } from "../../stack/open-stack";
import { exportStack, findStateWriter, importStack } from "../../stack/stack-admin";
import { holdStackFile } from "../../stack/stack-config";
import { readSitePlan } from "../site-plan";

export interface MovedStack {
  /** False: its method is that one already, and nothing was changed. */
  readonly isMoved: boolean;
  /** Resources that left the state; their containers run on. */
  readonly resourcesLeft: number;
}

/**
 * Hands the hosts from one method to the other: changes the stack file's `method` and the state, and contacts no host.
 * @throws Error where the last run was cut off, or the next one could not take the containers over; nothing was changed then
 */
export async function moveStack(location: StackLocation, to: Method): Promise<MovedStack> {
  const { stack } = location;
  const { plan } = await readSitePlan(location);
  const { version, deployment } = await exportStack(location);
  const resources = deployment.resources ?? [];
  if (findMethod(resources) === to && plan.method === to) return { isMoved: false, resourcesLeft: 0 };
  if (deployment.pending_operations?.length) {
    throw new Error(`state: the last run was cut off\n  help: ldms up -s ${stack}, with the method as it was`);
  }
  if (to === "docker" && (await findStateWriter(location)) === "pulumi") {
    throw new Error(`state: was written by \`pulumi\`, which cannot take containers over by their labels
  help: ldms up -s ${stack} --engine embedded --take-over, then move`);
  }
  const { kept, adopted } = moveState(resources, plan, to);
  const moved = {
    ...deployment,
    resources: kept,
    pending_operations: adopted.map((resource) => ({ resource, type: "creating" as const })),
  };
  await holdStackFile(location, async (file) => {
    await importStack(location, JSON.stringify({ version, deployment: moved }));
    await file.set("method", { value: to, isSecret: false });
  });
  return { isMoved: true, resourcesLeft: resources.length - kept.length };
}
