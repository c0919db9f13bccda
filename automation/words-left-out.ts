import { TargetFilter } from "../engine/run/target-filter";
import { DEPLOYED_TYPE } from "../plan/deployed/deployed";
import { listFanOuts } from "../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import type { PlannedConnection } from "../plan/model/host";
import { childName, DEPLOYED_KEY } from "../plan/model/resource-names";
import { makeUrn } from "../stack/urn";

/** A resource below a component, as the program registers it. */
interface Child {
  readonly name: string;
  readonly type: string;
}

/** What hosts have got, in words, and the resources that bring it there. */
interface Worded {
  readonly component: string;
  readonly words: string;
  readonly about: readonly Child[];
}

/**
 * The words that go with what is left out: written, they would say of a host what is not there. `pulumi` leaves out what it is told and no more, and
 * cannot tell what words are about: there, they depend on nothing (see KEEPS_WORDS_VARIABLE). The embedded engine keeps them by itself.
 */
export function excludesOfWords(plan: DeploymentPlan, project: string, excludes: readonly string[]): string[] {
  const filter = new TargetFilter([], excludes);
  const urnOf = (component: string, { name, type }: Child) => {
    const parent = makeUrn(plan.stack, project, "", `ldms:index:Cluster$${component}`, "");
    return makeUrn(plan.stack, project, parent, type, name);
  };
  const isExcluded = (component: string, child: Child) => filter.excludes(urnOf(component, child));
  return listWorded(plan)
    .filter(({ component, about }) => about.some((child) => isExcluded(component, child)))
    .filter(({ component, words }) => !isExcluded(component, { name: words, type: DEPLOYED_TYPE }))
    .map(({ words }) => `**::${words}`);
}

function listWorded(plan: DeploymentPlan): readonly Worded[] {
  return plan.method === "docker" ? plan.hosts.map(wordedHost) : wordedGroups(plan);
}

function wordedHost({ name, connection, files, volumes, containers }: DeploymentPlan["hosts"][number]): Worded {
  const children = (type: string, keys: Iterable<string>) => [...keys].map((key) => ({ name: childName(name, key), type }));
  const about = [
    ...children(commandType(connection), files.length > 0 ? ["files"] : []),
    ...children("docker:index/volume:Volume", volumes),
    ...children("docker:index/remoteImage:RemoteImage", new Set(containers.map(({ image }) => image))),
    ...children(
      "docker:index/container:Container",
      containers.map((container) => container.name),
    ),
  ];
  return { component: "ldms:index:Host", words: childName(name, DEPLOYED_KEY), about };
}

function wordedGroups(plan: DeploymentPlan): readonly Worded[] {
  return listFanOuts(plan).flatMap(({ name, head, groups }) =>
    groups.map((group) => ({
      component: "ldms:index:FanOut",
      words: childName(childName(name, group.name), DEPLOYED_KEY),
      about: group.batches.map((batch) => ({ name: childName(name, batch.name), type: commandType(head.connection) })),
    })),
  );
}

function commandType({ kind }: PlannedConnection): string {
  return kind === "local" ? "command:local:Command" : "command:remote:Command";
}
