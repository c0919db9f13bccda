import { resourcesOf } from "../operations/forget";
import { foldHosts } from "../plan/hostlist/fold";
import type { DeploymentPlan } from "../plan/model/deployment-plan";
import { shellLine } from "../plan/text/shell";
import type { StackLocation } from "../stack/open-stack";
import { readStateResources } from "../stack/stack-admin";
import { hostsOfSteps } from "./failed-hosts";
import type { RunHooks } from "./run-options";
import { failuresIn } from "./run-record";
import type { EngineRunArgs } from "./stack-engine";

interface SaidFailure {
  readonly urn: string;
  readonly message: string;
}

/** As ssh says it, Go's ssh of the command provider, and the embedded engine. */
const REFUSED_KEY = /Host key verification failed|knownhosts: key mismatch|ssh host key is not the one/;
/** A host of a batch that failed for that. */
const REFUSED_HOST = /^\s*(\S+): unreachable: Host key verification failed/gm;

interface ToldRun {
  readonly location: StackLocation;
  readonly plan: DeploymentPlan;
  readonly onWaysOn: RunHooks["onWaysOn"];
  readonly onEvent: EngineRunArgs["onEvent"];
}

/** A run that failed has said why; what to type next is told behind it, where that is known. */
export async function tellingWaysOn<T>(
  { location, plan, onWaysOn, onEvent }: ToldRun,
  use: (onEvent: EngineRunArgs["onEvent"]) => Promise<T>,
): Promise<T> {
  const failures: SaidFailure[] = [];
  try {
    return await use((event) => {
      failures.push(...failuresIn(event));
      onEvent(event);
    });
  } catch (error) {
    // The run's own failure says more than why a hint could not be found.
    const lines = await findWaysOn(location, plan, failures).catch((): readonly string[] => []);
    if (lines.length > 0) onWaysOn?.(lines);
    throw error;
  }
}

/** What to type where a run failed at a host: a line a cause, where there is a command for it. */
export async function findWaysOn(
  location: StackLocation,
  plan: DeploymentPlan,
  failures: readonly SaidFailure[],
): Promise<readonly string[]> {
  const refused = findRefused(plan, failures);
  const gone = await findGone(location, plan, failures);
  const { stack } = location;
  const lines = [
    [refused, "ssh is refused: its host key is not the pinned one", ["ldms", "hosts", "trust", "-s", stack, "--replace"]],
    [gone, "not in the stack file any more, and cannot be cleaned; where it never comes back", ["ldms", "forget", "-s", stack]],
  ] as const;
  return lines.flatMap(([hosts, text, command]) => {
    const folded = foldHosts([...hosts]);
    return hosts.length > 0 ? [`${folded}: ${text}: \`${shellLine([...command, folded])}\``] : [];
  });
}

function findRefused(plan: DeploymentPlan, failures: readonly SaidFailure[]): readonly string[] {
  const hostsOf = hostsOfSteps(plan);
  const known = new Set(plan.hosts.map(({ name }) => name));
  return failures
    .filter(({ message }) => REFUSED_KEY.test(message))
    .flatMap(({ urn, message }) =>
      plan.method === "docker"
        ? (hostsOf(urn) ?? [])
        : [...message.matchAll(REFUSED_HOST)].flatMap(([, host = ""]) => (known.has(host) ? [host] : [])),
    );
}

/** Hosts of the state that the plan does not have, at which a step failed. */
async function findGone(location: StackLocation, plan: DeploymentPlan, failures: readonly SaidFailure[]): Promise<readonly string[]> {
  const hostsOf = hostsOfSteps(plan);
  const urns = new Set(failures.flatMap(({ urn }) => (hostsOf(urn)?.length === 0 ? [urn] : [])));
  if (urns.size === 0) return [];
  const resources = await readStateResources(location);
  const hosts = resources.flatMap(({ urn, type }) => (type === "ldms:index:Host" ? [urn.split("::").slice(3).join("::")] : []));
  return [...resourcesOf(resources, hosts)].flatMap(([host, own]) => (own.some(({ urn }) => urns.has(urn)) ? [host] : []));
}
