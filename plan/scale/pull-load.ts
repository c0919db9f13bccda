import { listFanOuts } from "../fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../model/deployment-plan";
import { groupBy } from "../text/group-by";
import { registryOf } from "../text/registry";
import type { ScaleAssumptions } from "./assumptions";

/** What a registry has to serve when every host pulls all that it runs. */
export interface PullLoad {
  /** `reg.site:5000` */
  readonly registry: string;
  readonly hosts: number;
  readonly bytes: number;
  /** At the full speed of its link. */
  readonly seconds: number;
  /** Most hosts that ask it at one moment. */
  readonly atOnce: number;
  /** What those ask it for, and how long that takes. */
  readonly bytesAtOnce: number;
  readonly secondsAtOnce: number;
}

/** Most hosts first, then by name. */
export function planPullLoads(plan: DeploymentPlan, { imageMib, linkGbit }: ScaleAssumptions): PullLoad[] {
  const seconds = (bytes: number) => (bytes * 8) / (linkGbit * 1e9);
  const loads = [...groupBy(listPulls(plan), ({ registry }) => registry)].map(([registry, pulls]) => {
    const hosts = new Set(pulls.map(({ host }) => host));
    const bytes = pulls.length * imageMib * 2 ** 20;
    const atOnce = mostAtOnce(plan, hosts);
    const bytesAtOnce = (bytes / hosts.size) * atOnce;
    return { registry, hosts: hosts.size, bytes, seconds: seconds(bytes), atOnce, bytesAtOnce, secondsAtOnce: seconds(bytesAtOnce) };
  });
  return loads.sort((a, b) => b.hosts - a.hosts || (a.registry < b.registry ? -1 : 1));
}

/** An image on a host, once however many containers it is for. */
function listPulls({ hosts, images }: DeploymentPlan) {
  const registries = new Map(images.map(({ name, reference }) => [name, registryOf(reference)]));
  return hosts.flatMap(({ name, mirror, containers }) => {
    const used = new Set(containers.map(({ image }) => image));
    return [...used].map((image) => ({ host: name, registry: mirror ?? registries.get(image)! }));
  });
}

/** Heads and their groups are worked on side by side, the batches of a group one after the other; by the method docker all hosts at once. */
function mostAtOnce(plan: DeploymentPlan, hosts: ReadonlySet<string>): number {
  if (plan.method === "docker") return hosts.size;
  const ofGroups = listFanOuts(plan).flatMap(({ pulls, groups }) =>
    groups.map(({ batches }) =>
      Math.max(...batches.map((batch) => Math.min(pulls.limit, batch.hosts.filter(({ name }) => hosts.has(name)).length))),
    ),
  );
  return ofGroups.reduce((sum, most) => sum + most, 0);
}
