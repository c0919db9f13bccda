import type { ClusterConfig } from "../config/config";
import { planFanOuts } from "../fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedGroup } from "../model/fan-out";
import { childName, resourceNamesOfHost } from "../model/resource-names";

/** Hosts that get the new images by one run. */
export interface UpgradeBatch {
  /** `samp-2` */
  readonly name: string;
  /** Hosts that get the same: `samp`. */
  readonly group: string;
  readonly hosts: readonly string[];
  /** Logical names of all that the run may touch. */
  readonly resources: readonly string[];
  /** Samplers that may fail; one more stops the upgrade. */
  readonly maxFailures: number;
  /** The first of its group, before others of it. */
  readonly isCanary: boolean;
  /** Its resource needs that of the batch before it. */
  readonly isChained: boolean;
}

/**
 * All hosts in the order in which they are upgraded: the aggregators of the highest level first, then level by level down to the samplers, services last; to an
 * older version the other way round. So who pulls is never older than who is pulled, which is the one mixture that upstream tests with each change.
 *
 * @see https://github.com/ovis-hpc/ldms/blob/main/.github/workflows/4.3.3-compat-test.yaml
 */
export function planUpgrade({ fanOut }: Pick<ClusterConfig, "fanOut">, plan: DeploymentPlan, isToOlder: boolean): UpgradeBatch[] {
  const groups = listGroups(fanOut, plan).map((one) => ({ ...one, rank: rankOf(plan, one.group) }));
  groups.sort((a, b) => (isToOlder ? a.rank - b.rank : b.rank - a.rank));
  return groups.flatMap(({ owner, group }) => planGroup(plan, owner, group));
}

interface OwnedGroup {
  /** The component whose batches are resources; absent by the method `docker`. */
  readonly owner?: string;
  readonly group: PlannedGroup;
}

function listGroups(settings: ClusterConfig["fanOut"], plan: DeploymentPlan): OwnedGroup[] {
  const { fanOut, furtherFanOuts, hosts } = plan;
  if (fanOut) return [fanOut, ...furtherFanOuts].flatMap(({ name, groups }) => groups.map((group) => ({ owner: name, group })));
  const { head: _, ...own } = settings;
  return planFanOuts({ fanOut: { ...own, heads: [] } }, hosts, new Map()).flatMap(({ groups }) => groups.map((group) => ({ group })));
}

const SERVICES_ONLY = -1;

/** The highest level of an aggregator among its containers, 0 for samplers. */
function rankOf({ daemons }: DeploymentPlan, { hosts, containers }: PlannedGroup): number {
  const names = new Set(containers.map(({ name }) => name));
  const own = daemons.filter(({ host, container }) => host === hosts[0]?.name && names.has(container));
  return own.reduce((highest, { level }) => Math.max(highest, level), SERVICES_ONLY);
}

function planGroup(plan: DeploymentPlan, owner: string | undefined, { name: group, batches }: PlannedGroup): UpgradeBatch[] {
  const ownName = (name: string) => (owner === undefined || owner === plan.fanOut?.name ? name : childName(owner, name));
  return batches.map(({ name, hosts: members, maxFailures }, index) => {
    const hosts = members.map((member) => member.name);
    return {
      name: ownName(name),
      group: ownName(group),
      hosts,
      resources: owner === undefined ? hosts.flatMap((host) => resourceNamesOfHost(plan, host)) : [childName(owner, name)],
      maxFailures,
      isCanary: index === 0 && batches.length > 1,
      isChained: owner !== undefined,
    };
  });
}
