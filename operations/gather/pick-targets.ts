import { expandHostlist, foldHosts } from "../../plan/hostlist/hostlist";
import type { PlannedContainer } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";

/** Which hosts, and which of their containers; what is absent narrows nothing. */
export interface Selection {
  /** Hostlist. */
  readonly hosts?: string;
  readonly role?: PlannedContainer["role"];
  /** The name on its host: `agg1`. */
  readonly container?: string;
}

/** A host, or one of its containers. */
export interface Target {
  readonly host: PlannedHost;
  readonly container?: string;
}

/** In the plan's order. @throws BadInputError for hosts that the stack has not, and where nothing is left */
export function pickHosts(plan: DeploymentPlan, { hosts }: Selection): readonly PlannedHost[] {
  if (hosts === undefined) return plan.hosts;
  const wanted = new Set(expandHostlist(hosts));
  const picked = plan.hosts.filter(({ name }) => wanted.has(name));
  for (const { name } of picked) wanted.delete(name);
  if (wanted.size === 0) return picked;
  const help = `its hosts are ${foldHosts(plan.hosts.map(({ name }) => name))}`;
  throw BadInputError.of("--hosts", `not of stack \`${plan.stack}\`, or without a container of it: \`${foldHosts([...wanted])}\``, help);
}

/** The same for containers, in the order in which a host starts them. */
export function pickContainers(plan: DeploymentPlan, selection: Selection): readonly (Target & { readonly container: string })[] {
  const { role, container } = selection;
  const picked = pickHosts(plan, selection).flatMap((host) =>
    host.containers
      .filter((one) => (role === undefined || one.role === role) && (container === undefined || one.name === container))
      .map(({ name }) => ({ host, container: name })),
  );
  if (picked.length > 0) return picked;
  const what = [
    ...(role === undefined ? [] : [`of the role \`${role}\``]),
    ...(container === undefined ? [] : [`called \`${container}\``]),
  ];
  throw BadInputError.of(
    `ldms -s ${plan.stack}`,
    `no container ${what.join(" ")} on these hosts`,
    `\`ldms status -s ${plan.stack}\` lists them`,
  );
}
