import { askHeads, resourcesOf, tellHeads } from "../../operations/forget";
import { findMentions } from "../../plan/checks/find-mentions";
import type { ClusterConfig } from "../../plan/config/config";
import { foldHosts } from "../../plan/hostlist/fold";
import { expandHostlist } from "../../plan/hostlist/hostlist";
import { BadInputError } from "../../plan/problems/errors";
import type { DeploymentJson } from "../../stack/deployment-json";
import type { StackLocation } from "../../stack/open-stack";
import { changeState, readStateResources } from "../../stack/stack-admin";
import { urnName } from "../../stack/urn";
import { keepAct } from "../keep-act";
import { readSitePlan, type SitePlan } from "../site-plan";

export interface ForgetArgs {
  /** A hostlist: hosts that never come back, and that the stack file no longer names. */
  readonly hosts: string;
  /** Told what would be forgotten; where it says no, nothing is. @default yes */
  readonly confirm?: (hosts: readonly ForgottenHost[]) => Promise<boolean>;
  /** For whom, for the history. */
  readonly actor?: string;
}

/** What the stack knows, or knew, of a host; JSON as it is. */
export interface ForgottenHost {
  readonly host: string;
  /** Of the state: `cygnus-03-samp`. */
  readonly resources: readonly string[];
  /** By the method `fan-out`: who remembers the host, to clean it. */
  readonly heads: readonly string[];
}

export interface ForgetReport {
  readonly stack: string;
  readonly hosts: readonly ForgottenHost[];
  readonly isDeclined?: true;
  /** Why the history does not have it; absent where it has. */
  readonly unkept?: string;
}

/**
 * Takes hosts out of what the stack knows, and contacts none of them.
 * @throws BadInputError for hosts that the stack file names, or that the stack does not know: nothing was changed then
 */
export async function forgetHosts(
  location: StackLocation,
  { hosts: list, confirm = async () => true, actor }: ForgetArgs,
): Promise<ForgetReport> {
  const wanted = expandHostlist(list);
  const { stack } = location;
  const { config, located } = await readSitePlan(location);
  assertUnmentioned(stack, config, wanted);
  const hosts = await findKnown(location, located, wanted);
  if (!(await confirm(hosts))) return { stack, hosts, isDeclined: true };
  const names = foldHosts([...wanted]);
  const act = { verb: "forget", text: names, hosts: names, ...(actor !== undefined && { actor }) } as const;
  const { done: _, ...kept } = await keepAct(location, act, async () => {
    // The state last: until then the same command finds the rest.
    await tellHeads(located, wanted);
    if (hosts.some(({ resources }) => resources.length > 0)) await changeState(location, (deployment) => withoutHosts(deployment, wanted));
  });
  return { stack, hosts, ...kept };
}

function assertUnmentioned(stack: string, config: ClusterConfig, hosts: readonly string[]): void {
  const mentions = findMentions(config, new Set(hosts));
  if (mentions.length === 0) return;
  const lines = mentions.map(({ path, text, without }) => {
    const remedy = without === undefined ? "name another host, or take the entry out" : `write \`${without}\``;
    return `\n  - ${path}: \`${text}\`: ${remedy}`;
  });
  throw BadInputError.of(
    "forget",
    `Pulumi.${stack}.yaml still names ${foldHosts([...hosts])}; nothing was changed${lines.join("")}`,
    "change these lines, then run it again; a host that comes back is for `ldms:tolerate`",
  );
}

/** @throws BadInputError for hosts that nothing is known of: a misspelt one would be left as it is without a word */
async function findKnown(location: StackLocation, plan: SitePlan["located"], wanted: readonly string[]): Promise<ForgottenHost[]> {
  const owned = resourcesOf(await readStateResources(location), wanted);
  const heads = [...(await askHeads(plan, wanted))];
  const hosts = wanted.map((host) => ({
    host,
    resources: (owned.get(host) ?? []).map(({ urn }) => urnName(urn)),
    heads: heads.filter(([, known]) => known.includes(host)).map(([head]) => head),
  }));
  const unknown = hosts.filter(({ resources, heads: by }) => resources.length + by.length === 0).map(({ host }) => host);
  if (unknown.length > 0)
    throw BadInputError.of(
      "forget",
      `${location.stack} knows nothing of ${foldHosts(unknown)}`,
      "look for a slip of the pen; nothing was changed",
    );
  return hosts;
}

function withoutHosts(deployment: DeploymentJson, hosts: readonly string[]): DeploymentJson {
  const { resources = [], pending_operations: pending = [] } = deployment;
  const gone = new Set([...resourcesOf(resources, hosts).values()].flat());
  const kept = resources.filter((resource) => !gone.has(resource));
  const keptUrns = new Set(kept.map(({ urn }) => urn));
  const goneUrns = new Set([...gone].map(({ urn }) => urn));
  const isGone = ({ resource: { urn, parent = "" } }: (typeof pending)[number]) =>
    (goneUrns.has(urn) && !keptUrns.has(urn)) || goneUrns.has(parent);
  return { ...deployment, resources: kept, pending_operations: pending.filter((operation) => !isGone(operation)) };
}
