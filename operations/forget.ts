import { renderForgetting } from "../plan/fan-out/head-forget";
import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlannedFanOut } from "../plan/model/fan-out";
import { folderOfPlan } from "./reach/locate-plan";
import { runOnHost } from "./reach/run-on-host";

/** What forgetting looks at of a resource in the state. */
export interface OwnedResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
}

/** A host by the method `docker`; a further head by the method `fan-out`. */
const OWNERS: readonly (readonly [type: string, prefix: string])[] = [
  ["ldms:index:Host", ""],
  ["ldms:index:FanOut", "fan-out."],
];

/** For a turn on the head, which a run may have. */
const SECONDS = 620;

/** What the state has of these hosts, host by host, with what stands below it. */
export function resourcesOf<R extends OwnedResource>(resources: readonly R[], hosts: readonly string[]): ReadonlyMap<string, readonly R[]> {
  const wanted = new Set(hosts);
  const ownerOf = new Map<string, string>();
  const found = new Map<string, R[]>();
  // A parent stands before its children.
  for (const resource of resources) {
    const host = hostOf(resource, wanted) ?? ownerOf.get(resource.parent ?? "");
    if (host === undefined) continue;
    ownerOf.set(resource.urn, host);
    found.set(host, [...(found.get(host) ?? []), resource]);
  }
  return found;
}

function hostOf({ urn, type }: OwnedResource, wanted: ReadonlySet<string>): string | undefined {
  const name = urn.split("::").slice(3).join("::");
  const owners = OWNERS.filter(([owner, prefix]) => type === owner && name.startsWith(prefix));
  return owners.map(([, prefix]) => name.slice(prefix.length)).find((host) => wanted.has(host));
}

/** Heads that remember some of these hosts, each with those hosts. @throws RemoteCommandError for one that cannot be asked */
export async function askHeads(plan: DeploymentPlan, hosts: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const asked = listFanOuts(plan).map(async (fanOut) => [fanOut.head.name, await tellHead(plan, fanOut, hosts, false)] as const);
  return new Map((await Promise.all(asked)).filter(([, known]) => known.length > 0));
}

/** From then on no head tries to take anything off them. */
export async function tellHeads(plan: DeploymentPlan, hosts: readonly string[]): Promise<void> {
  for (const fanOut of listFanOuts(plan)) await tellHead(plan, fanOut, hosts, true);
}

async function tellHead(plan: DeploymentPlan, fanOut: PlannedFanOut, hosts: readonly string[], forgets: boolean): Promise<string[]> {
  const script = renderForgetting(plan.stack, fanOut, hosts, forgets);
  const limits = { timeoutSeconds: SECONDS, step: "forget", folder: folderOfPlan(plan) };
  const { stdout } = await runOnHost(fanOut.head, { script }, limits);
  return [...new Set(stdout.split("\n").filter(Boolean))];
}
