import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import { expandHostlist } from "../plan/hostlist/hostlist";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlannedFanOut, PlannedGroup } from "../plan/model/fan-out";
import { childName, resourceNamesOfHost } from "../plan/model/resource-names";
import { parseUrn, STACK_TYPE, urnName, urnType } from "../stack/urn";

/** What a run says of a step that failed. */
export interface FailedStep {
  /** Empty where no resource is concerned. */
  readonly urn: string;
}

/** What the state has of a command. */
interface CommandState {
  readonly urn: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Hosts of the plan on which a run did not do all that it had to do, in the plan's order: those of a step that failed, and of what waits for it. What
 * belongs to no host, as an image that cannot be built, stands for all.
 * @param states of the state after the run: a batch of the method `fan-out` may have failed on some of its hosts, and says on which
 */
export function findFailedHosts(plan: DeploymentPlan, failures: readonly FailedStep[], states: readonly CommandState[]): readonly string[] {
  const all = plan.hosts.map(({ name }) => name);
  const hostsOf = hostsOfSteps(plan);
  const ofSteps = failures.filter(({ urn }) => urn !== "" && urnType(urn) !== STACK_TYPE);
  // Behind the failed steps `pulumi` says once more that something failed.
  const owned = (ofSteps.length > 0 ? ofSteps : failures).map(({ urn }) => hostsOf(urn));
  if (owned.includes(undefined)) return all;
  const failed = new Set(owned.flatMap((hosts) => hosts ?? []));
  for (const host of plan.method === "fan-out" ? hostsOfBatches(plan, states) : []) failed.add(host);
  return all.filter((host) => failed.has(host));
}

/** @returns for a step that failed, the hosts that wait for it; none of a host that has left the stack, and undefined for what belongs to none */
export function hostsOfSteps(plan: DeploymentPlan): (urn: string) => readonly string[] | undefined {
  const owners = ownersOf(plan);
  return (urn) => (urn === "" ? undefined : (owners.get(urnName(urn)) ?? (isOfHost(urn) ? [] : undefined)));
}

/** By the method `docker`. */
function isOfHost(urn: string): boolean {
  return parseUrn(urn).qualifiedType.includes("ldms:index:Host$");
}

/** By the name of a resource, the hosts that wait for it. */
function ownersOf(plan: DeploymentPlan): ReadonlyMap<string, readonly string[]> {
  if (plan.method === "docker")
    return new Map(plan.hosts.flatMap(({ name }) => resourceNamesOfHost(plan, name).map((resource) => [resource, [name]] as const)));
  return new Map(listFanOuts(plan).flatMap(ownersInFanOut));
}

function ownersInFanOut(fanOut: PlannedFanOut): (readonly [string, readonly string[]])[] {
  const { name, groups } = fanOut;
  const all = groups.flatMap(({ hosts }) => hosts.map((host) => host.name));
  return [[`${name}-members`, all], ...groups.flatMap((group) => ownersInGroup(name, group))];
}

/** A batch that failed holds up those behind it. */
function ownersInGroup(fanOut: string, { batches }: PlannedGroup): (readonly [string, readonly string[]])[] {
  return batches.map((batch, i) => [childName(fanOut, batch.name), batches.slice(i).flatMap(({ hosts }) => hosts.map(({ name }) => name))]);
}

/** Hosts that a batch says it has failed on: `n[03,07]: unreachable: connection timed out`. */
function hostsOfBatches(plan: DeploymentPlan, states: readonly CommandState[]): string[] {
  const batches = new Set(
    listFanOuts(plan).flatMap(({ name, groups }) => groups.flatMap((group) => group.batches.map((batch) => childName(name, batch.name)))),
  );
  const said = states.filter(({ urn }) => batches.has(urnName(urn))).map(({ outputs }) => String(outputs?.["stdout"] ?? ""));
  return said.flatMap((text) => [...text.matchAll(/^(\S+): (?:failed|unreachable): /gm)].flatMap(([, hosts = ""]) => expandSaid(hosts)));
}

/** A summary is cut where it is long, maybe within a name. */
function expandSaid(hosts: string): string[] {
  try {
    return expandHostlist(hosts);
  } catch {
    return [];
  }
}
